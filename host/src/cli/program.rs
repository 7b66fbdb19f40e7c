//! What this program is called: by the name that was typed, because it has two.

use std::env;
use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use super::printable::Printable;

/// Its name unless another one was typed.
const USUAL: &str = "host";

static TYPED: OnceLock<String> = OnceLock::new();

/// The program's name, in a text for a person.
pub(crate) struct Program;

/// The same, for texts: `format!("start `{HOST} send`")`.
pub(crate) const HOST: Program = Program;

impl Program {
    /// Notes what was typed to start this program.
    pub(crate) fn note() {
        let typed = env::args_os().next().unwrap_or_default();
        let name = Path::new(&typed).file_name().unwrap_or_default();
        let name = Printable(name.as_encoded_bytes()).to_string();
        if !name.is_empty() {
            let _ = TYPED.set(name);
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        TYPED.get().map_or(USUAL, String::as_str)
    }

    /// A text that was written for the usual name, with the name that was typed.
    pub(crate) fn named(&self, text: &str) -> String {
        let name = self.name();
        match name == USUAL {
            true => text.into(),
            false => text
                .replace("`host ", &format!("`{name} "))
                .replace("  host ", &format!("  {name} "))
                .replace("| host ", &format!("| {name} ")),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())
    }
}
