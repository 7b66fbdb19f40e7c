//! The extension module of the Python package `ramframe`, over the library `ramframe_host`.
//!
//! What only Python has is in the package's own files: tasks of asyncio, and the classes of the errors.

mod call;
mod errors;
mod events;
mod hints;
mod options;
mod place;
mod receiver;
mod select;
mod sender;
mod share;
mod shared;
mod status;
mod sys;
mod worker;

use pyo3::prelude::*;

/// What the package's own files give out under its name.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::events::{Closed, Gone, Header, Lagged, Message, ProgressLost, SenderRestarted};
    #[pymodule_export]
    use crate::place::{Key, Map, Trust};
    #[pymodule_export]
    use crate::receiver::Receiver;
    #[pymodule_export]
    use crate::select::Select;
    #[pymodule_export]
    use crate::sender::Sender;
    #[pymodule_export]
    use crate::share::{MessageId, Share};
    #[pymodule_export]
    use crate::status::{ReceiverStatus, Status, remove, status};
    #[pymodule_export]
    use crate::worker::{Job, Worker};
}
