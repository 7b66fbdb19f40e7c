//! What comes from outside, as it may stand on a terminal: nothing in it commands the terminal, and nothing is hidden.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// Bytes as text. What could command a terminal, change the order of what is shown, or is not seen is escaped.
pub(crate) struct Printable<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for char in chunk.valid().chars() {
                match char {
                    '\t' => to.write_char(char)?,
                    '\0'..='\x7f' if char.is_control() => {
                        write!(to, "{}", char.escape_default())?;
                    }
                    _ if is_plain(char) => to.write_char(char)?,
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

/// Text of several lines, each [`Printable`].
pub(crate) fn lines(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| Printable(line.as_bytes()).to_string())
        .collect();
    lines.join("\n")
}

/// JSON with the same characters escaped, as JSON does it. They can only stand inside its strings.
pub(crate) fn json(value: &serde_json::Value) -> String {
    let text = value.to_string();
    match text.chars().all(is_plain) {
        true => text,
        false => text.chars().fold(String::new(), |mut out, char| {
            out.push_str(&json_char(char));
            out
        }),
    }
}

fn json_char(char: char) -> Cow<'static, str> {
    if is_plain(char) {
        return char.to_string().into();
    }
    let mut units = [0; 2];
    let units = char.encode_utf16(&mut units).iter();
    units
        .fold(String::new(), |mut text, unit| {
            let _ = write!(text, "\\u{unit:04x}");
            text
        })
        .into()
}

/// Whether a character is seen, where it stands.
fn is_plain(char: char) -> bool {
    match char.is_ascii() {
        true => !char.is_ascii_control(),
        false => !char.is_control() && !is_hidden(char),
    }
}

/// Unicode's format characters (Cf), its line and paragraph separators, and what else is drawn as nothing.
fn is_hidden(char: char) -> bool {
    matches!(
        char,
        '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Printable, json, lines};

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

    #[test]
    fn what_is_not_seen_is_shown() {
        for char in [
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{202e}',
            '\u{2066}',
            '\u{feff}',
            '\u{e0041}',
        ] {
            let escaped = format!("a\\u{{{:x}}}b", u32::from(char));
            assert_eq!(shown(&format!("a{char}b")), escaped);
        }
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(lines("one\n\ttwo\x1b\n"), "one\n\ttwo\\u{1b}\n");
    }

    #[test]
    fn json_says_the_same_and_hides_nothing() {
        let text = "ż\u{7f}\u{9b}\u{202e}\u{e0041}\"\\\n";
        let out = json(&json!({ "payload": text }));
        assert_eq!(
            out,
            r#"{"payload":"ż\u007f\u009b\u202e\udb40\udc41\"\\\n"}"#
        );
        let back: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(back["payload"], text);
    }
}
