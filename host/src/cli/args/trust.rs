//! What can be typed about whose segments are believed.

use clap::Args;

use crate::trust::Trust;

/// Whose segments are believed.
#[derive(Args, Clone, Debug)]
pub(crate) struct TrustArgs {
    /// Also believe a segment of this user; may be repeated
    #[arg(long, value_name = "UID")]
    pub(crate) allow_uid: Vec<u32>,
}

impl TrustArgs {
    /// Trusts this user and those named, with segments that others may write as far as `mode` says.
    pub(crate) fn trust(&self, mode: u32) -> Trust {
        let mine = Trust::current_user().allow_mode(mode);
        self.allow_uid
            .iter()
            .fold(mine, |trust, &uid| trust.allow_uid(uid))
    }
}
