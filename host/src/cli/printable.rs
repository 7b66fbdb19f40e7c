//! The one printer: text as it may stand on a terminal. Nothing in it commands the terminal, and nothing in it is hidden.
//!
//! Payloads, paths, names and what other processes say come from outside. [`Shown`] is the only text that
//! [`Output`](super::output::Output) and standard error take, and each way to make one escapes.

use std::fmt::{self, Write as _};
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

/// Bytes as a part of one line. What could command a terminal, end the line, change the order of what is shown, or is not
/// seen is escaped.
pub(crate) struct Printable<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for (char, is_plain) in characters(chunk.valid()) {
                match char {
                    _ if is_plain || char == '\t' => to.write_char(char)?,
                    '\0'..='\x7f' => write!(to, "{}", char.escape_default())?,
                    _ => write!(to, "{}", char.escape_unicode())?,
                }
            }
            chunk
                .invalid()
                .iter()
                .try_for_each(|byte| write!(to, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}

/// Text that was escaped, and that may be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown(String);

impl Shown {
    /// One line, with its end. Whatever ends lines in `text` comes from outside, and is escaped.
    pub(crate) fn line(text: fmt::Arguments<'_>) -> Self {
        let text = text.to_string();
        Self(format!("{}\n", Printable(text.as_bytes())))
    }

    /// Text that this program has laid out in lines.
    pub(crate) fn lines(text: &str) -> Self {
        let lines = text
            .split_terminator('\n')
            .map(|line| Self::line(format_args!("{line}")));
        lines.collect()
    }

    /// What the parser of arguments says, with its colours or without. What was typed is a part of it.
    pub(crate) fn styled(text: &clap::builder::StyledStr, colours: bool) -> Self {
        let text = text.ansi().to_string();
        let parts = text.split_inclusive('\n').map(|line| styled(line, colours));
        Self(parts.collect())
    }

    /// One JSON value in a line. It escapes the same characters, as JSON does it.
    pub(crate) fn json(value: &impl Serialize) -> io::Result<Self> {
        let mut bytes = Vec::new();
        value.serialize(&mut Serializer::with_formatter(&mut bytes, Visible))?;
        bytes.push(b'\n');
        String::from_utf8(bytes).map(Self).map_err(io::Error::other)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// One text after the other.
impl FromIterator<Shown> for Shown {
    fn from_iter<T: IntoIterator<Item = Shown>>(parts: T) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }
}

/// One line, in which only sequences that colour text stay, if any.
fn styled(line: &str, colours: bool) -> String {
    let (line, end) = line
        .strip_suffix('\n')
        .map_or((line, ""), |line| (line, "\n"));
    let mut parts = line.split('\x1b');
    let first = parts.next().unwrap_or_default();
    let mut text = Printable(first.as_bytes()).to_string();
    for part in parts {
        let len = part.find(|char: char| !matches!(char, '[' | ';' | '0'..='9'));
        let (sequence, rest) = part.split_at(len.unwrap_or(part.len()));
        let end = rest.strip_prefix('m').filter(|_| sequence.starts_with('['));
        let _ = match end {
            Some(rest) if !colours => write!(text, "{}", Printable(rest.as_bytes())),
            Some(rest) => write!(text, "\x1b{sequence}m{}", Printable(rest.as_bytes())),
            None => write!(text, "\\u{{1b}}{sequence}{}", Printable(rest.as_bytes())),
        };
    }
    text + end
}

/// JSON whose strings hide nothing.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return to.write_all(fragment.as_bytes());
        }
        for (char, is_plain) in characters(fragment) {
            match is_plain {
                true => write!(to, "{char}")?,
                false => {
                    let mut units = [0; 2];
                    let mut units = char.encode_utf16(&mut units).iter();
                    units.try_for_each(|unit| write!(to, "\\u{unit:04x}"))?;
                }
            }
        }
        Ok(())
    }
}

/// Each character, and whether it is seen where it stands.
fn characters(text: &str) -> impl Iterator<Item = (char, bool)> {
    text.chars().scan(None, |before, char| {
        let is_plain = match char {
            '\0'..='\x7f' => !char.is_ascii_control(),
            '\u{fe0e}' | '\u{fe0f}' => before.is_some_and(UnicodeEmoji::is_emoji_char),
            _ => !is_hidden(char),
        };
        *before = Some(char);
        Some((char, is_plain))
    })
}

/// Control and format characters, the separators of lines and paragraphs, and what else is drawn as nothing.
fn is_hidden(char: char) -> bool {
    let is_command = matches!(
        char.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    is_command
        || matches!(
            char,
            '\u{34f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{2065}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use clap::builder::StyledStr;
    use serde_json::json;

    use super::{Printable, Shown};

    fn shown(text: &str) -> String {
        Printable(text.as_bytes()).to_string()
    }

    #[test]
    fn a_payload_cannot_command_the_terminal() {
        assert_eq!(shown("zażółć 🦀\t1"), "zażółć 🦀\t1");
        assert_eq!(
            Printable(b"\x1b[2J\n\xff").to_string(),
            "\\u{1b}[2J\\n\\xff"
        );
        assert_eq!(shown("\u{7f}\u{80}\u{9b}31m"), "\\u{7f}\\u{80}\\u{9b}31m");
    }

    /// Some of each kind: Cf, Zl, Zp, a filler, a tag, a selector.
    #[test]
    fn what_is_not_seen_is_shown() {
        for char in [
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200d}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{2066}',
            '\u{3164}',
            '\u{fe01}',
            '\u{feff}',
            '\u{e0041}',
            '\u{e01ef}',
        ] {
            let escaped = format!("a\\u{{{:x}}}b", u32::from(char));
            assert_eq!(shown(&format!("a{char}b")), escaped);
        }
    }

    #[test]
    fn a_selector_is_seen_where_it_chooses_an_emoji() {
        assert_eq!(
            shown("❤\u{fe0f} 1\u{fe0f}\u{20e3}"),
            "❤\u{fe0f} 1\u{fe0f}\u{20e3}"
        );
        assert_eq!(shown("a\u{fe0f}"), "a\\u{fe0f}");
        assert_eq!(shown("❤\u{fe0f}\u{fe0f}"), "❤\u{fe0f}\\u{fe0f}");
        assert_eq!(shown("\u{fe0e}"), "\\u{fe0e}");
    }

    #[test]
    fn text_of_many_scripts_is_as_it_was() {
        for text in [
            "e\u{301}",
            "हिन्दी",
            "ไทย",
            "한국어",
            "日本語\u{3000}全角",
            "עברית",
            "عربي",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_line_is_one_line() {
        let line = Shown::line(format_args!("path {}", "a\nhost: forged\r"));
        assert_eq!(line.as_bytes(), b"path a\\nhost: forged\\r\n");
    }

    #[test]
    fn lines_stay_lines() {
        let lines = Shown::lines("one\n\n\ttwo\x1b\n");
        assert_eq!(lines.as_bytes(), b"one\n\n\ttwo\\u{1b}\n");
    }

    #[test]
    fn colours_stay_and_other_sequences_do_not() {
        let text = "\x1b[1;4mUsage:\x1b[0m\n\x1b[2J \x1b]0;t\x07 \u{9b}1m";
        let text = StyledStr::from(text);
        let styled = Shown::styled(&text, true);
        let expected = "\x1b[1;4mUsage:\x1b[0m\n\\u{1b}[2J \\u{1b}]0;t\\u{7} \\u{9b}1m";
        assert_eq!(String::from_utf8_lossy(styled.as_bytes()), expected);
        let plain = Shown::styled(&text, false);
        let expected = "Usage:\n\\u{1b}[2J \\u{1b}]0;t\\u{7} \\u{9b}1m";
        assert_eq!(String::from_utf8_lossy(plain.as_bytes()), expected);
    }

    #[test]
    fn json_says_the_same_and_hides_nothing() {
        let text = "ż\u{7f}\u{9b}\u{202e}\u{e0041}\u{fe0f}\"\\\n";
        let out = Shown::json(&json!({ "payload": text })).unwrap();
        assert_eq!(
            out.as_bytes(),
            r#"{"payload":"ż\u007f\u009b\u202e\udb40\udc41\ufe0f\"\\\n"}
"#
            .as_bytes()
        );
        let back: serde_json::Value = serde_json::from_slice(out.as_bytes()).unwrap();
        assert_eq!(back["payload"], text);
    }
}
