//! The lines of `--json`, as `host/JSON.md` documents them: an object each, whose shape depends on the command alone.

use std::borrow::Cow;

use clap::ValueEnum;
use data_encoding::{BASE64, HEXLOWER};
use serde::Serialize;

/// The version of every line. A new field leaves it; a field that goes, or that means another thing, makes the next.
pub(crate) const VERSION: u32 = 1;

/// One line of any command.
#[derive(Debug, Serialize)]
pub(crate) struct Line<T> {
    version: u32,
    #[serde(flatten)]
    fields: T,
}

impl<T> Line<T> {
    pub(crate) fn of(fields: T) -> Self {
        Self {
            version: VERSION,
            fields,
        }
    }
}

/// A line of `host recv`, and of which of many channels it is.
#[derive(Debug, Serialize)]
pub(crate) struct OfChannel<'a> {
    channel: Option<&'a str>,
    #[serde(flatten)]
    event: Event<'a>,
}

impl<'a> Line<OfChannel<'a>> {
    pub(crate) fn of_channel(channel: Option<&'a str>, event: Event<'a>) -> Self {
        Self::of(OfChannel { channel, event })
    }
}

/// What `host recv` tells.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event<'a> {
    Message(Message<'a>),
    Lagged { count: u64 },
    Discarded { count: u64 },
    ProgressLost,
    Restarted,
    Closed,
}

/// A message, and what is thought of it.
#[derive(Debug, Serialize)]
pub(crate) struct Message<'a> {
    pub(crate) sequence: u64,
    pub(crate) epoch: u32,
    pub(crate) worker: Option<u16>,
    pub(crate) generation: Option<u32>,
    pub(crate) attempts: Option<u32>,
    pub(crate) verdict: &'static str,
    pub(crate) expected: Option<Cow<'a, str>>,
    pub(crate) encoding: Encoding,
    pub(crate) payload: Cow<'a, str>,
}

/// How the bytes of a payload become a JSON string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encoding {
    /// As text. A message that is not UTF-8 ends the command with an error, and stays for the next receiver
    #[default]
    Utf8,
    /// Two digits a byte
    Hex,
    /// Four characters for three bytes, with padding
    Base64,
}

/// Bytes that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not UTF-8 at byte {at}; use `--payload base64` or `--payload hex`")]
pub(crate) struct NotText {
    at: usize,
}

impl Encoding {
    pub(crate) fn encode(self, bytes: &[u8]) -> Result<Cow<'_, str>, NotText> {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.into()),
                Err(error) => Err(NotText {
                    at: error.valid_up_to(),
                }),
            },
            Self::Hex => Ok(HEXLOWER.encode(bytes).into()),
            Self::Base64 => Ok(BASE64.encode(bytes).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Event, Line, NotText};

    #[test]
    fn bytes_become_text_that_can_be_undone() {
        let encode = |encoding: Encoding, bytes| encoding.encode(bytes).map(String::from);
        let any = b"\0\xff\n";
        assert_eq!(encode(Encoding::Hex, any), Ok("00ff0a".into()));
        assert_eq!(encode(Encoding::Base64, any), Ok("AP8K".into()));
        assert_eq!(encode(Encoding::Base64, b"f"), Ok("Zg==".into()));
        assert_eq!(encode(Encoding::Utf8, any), Err(NotText { at: 1 }));
        assert_eq!(encode(Encoding::Utf8, "\0ż".as_bytes()), Ok("\0ż".into()));
        for encoding in [Encoding::Utf8, Encoding::Hex, Encoding::Base64] {
            assert_eq!(encode(encoding, b""), Ok(String::new()));
        }
    }

    /// No other test meets this event.
    #[test]
    fn lost_progress_is_an_event() {
        let line = serde_json::to_string(&Line::of_channel(None, Event::ProgressLost)).unwrap();
        assert_eq!(
            line,
            r#"{"version":1,"channel":null,"event":"progress_lost"}"#
        );
    }
}
