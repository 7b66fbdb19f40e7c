//! How do the two cores agree where they are? By a number each in memory of the test's own, beside the region.

use ramframe_firmware::count::Count;

/// Phases that the first core has prepared.
pub static READY: Count = Count::new();
/// Phases that the second core has finished.
pub static DONE: Count = Count::new();
/// Whether the second core has attached to the link.
pub static HERE: Count = Count::new();
/// Messages that the first core has sent in this phase, said before it closes.
pub static SENT: Count = Count::new();
/// Messages that the second core has received in this phase (the first sets it back between two), and that it has missed.
pub static RECEIVED: Count = Count::new();
pub static MISSED: Count = Count::new();
