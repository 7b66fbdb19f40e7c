//! What can be typed about whose segments are believed.

use clap::Args;

use crate::trust::Trust;

use super::headings::ACCESS;
use super::values::user;

/// Whose segments are believed.
#[derive(Args, Clone, Debug)]
pub(crate) struct TrustArgs {
    /// Also trust the segments of this user, by name or number; may be repeated
    #[arg(long = "trust-uid", alias = "allow-uid", value_name = "USER", value_parser = user, hide_short_help = true, help_heading = ACCESS)]
    pub(crate) users: Vec<u32>,
}

impl TrustArgs {
    /// Trusts this user and those named, with segments that others may write as far as `mode` says.
    pub(crate) fn trust(&self, mode: u32) -> Trust {
        let mine = Trust::current_user().allow_mode(mode);
        self.users
            .iter()
            .fold(mine, |trust, &uid| trust.allow_uid(uid))
    }
}
