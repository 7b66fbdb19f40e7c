//! Sender and receiver over slots: the write path, the read path, and what a crash between any two stores leaves.
//!
//! The names in brackets are those of the synchronization edges in the code. Most have both halves in one file:
//!
//! | edge | storing half | loading half |
//! |---|---|---|
//! | claim | `slot`, `begin_write` | `slot`, `verify` |
//! | publish | `slot`, `publish` | `slot`, `header`; `head`, `find` |
//! | head | `head`, `store`; `slot`, `begin_write` | `head`, `find` |
//! | consumed | `credits`, `Seat::release` | `generation`, `is_current`, which the sender asks after it read the progress |
//! | discarding | `credits`, `begin_discarding` | `credits`, `gap` |
//! | request, notify, room | `wakeup` | `wakeup` |
//! | formatting, formatted | `generation/format` | `generation`, `is_current` and `read`; `channel/open` |
//! | generation | `channel/open`, before a sender's first store | `generation`, `holds` |
//! | epoch | `sender/attach`, `begin` | `generation`, `load_epoch`, and the fence of `publish` or `head` after it |
//! | closed | `sender`, `close` | `receiver/news`, `explain_absence` |
//!
//! # Write path
//! ```text
//! overwrite                                    backpressure
//! every `slots` messages: generation ?         if no room is known: consumed of every receiver     [consumed]
//!                                              generation ?  no room: Full
//! stamp(s)  = writing s, Release   [head]
//! fence Release                    [claim]
//! payload; length, epoch                       payload; length, epoch
//! stamp(s)  = published s, Release [publish]   stamp(s)  = published s, Release                    [publish]
//! head      = published s, Release [head]      head      = published s, Release                    [head]
//! notify, if requested             [request]   notify, if requested                                [request]
//! ```
//! # Read path
//! ```text
//! overwrite                                    backpressure
//! stamp(s) == published s ?                    stamp(s) == published s ?
//! fence Acquire                    [publish]   fence Acquire                                       [publish]
//! length, epoch; payload                       length, epoch; payload
//! fence Acquire                    [claim]
//! stamp(s) == published s still ?
//! fence Acquire; generation ?      [generation] fence Acquire; generation ?                        [generation]
//!                                              consumed = (tag, s + 1), Release                    [consumed]
//!                                              notify, if the sender waits                         [room]
//! ```
//! Message `s` lives in slot `s mod slots`. A polling receiver reads only the slot that it waits for. A small message is
//! on the same cache line as its stamp. The head is for those who attach, look at the newest message, or were lapped.
//!
//! # What a crash leaves
//! One side writes each word, and every state between two of its stores is one from which the next to attach goes on:
//!
//! | the sender died | then |
//! |---|---|
//! | before `published` | nobody saw the message; the next sender gives its own message the same sequence |
//! | after `published`, before `head` | the message counts; the next sender finds it one slot past the head |
//! | before `closed` | the next one has another epoch: receivers say `SenderRestarted` |
//!
//! | the receiver died | then |
//! |---|---|
//! | before `consumed` | the next receiver on that line gets the message again |
//! | and nobody takes its place | whoever knows that it is dead discards on its behalf: [`Channel::reclaim`] |
//!
//! A region that is formatted under a side: every step of that side says `Reformatted` in the end, and what it stores late does no
//! harm.
//!
//! # Bounds
//! Accesses are loads, stores and fences of words, a pair counted as two; copies of a payload come on top.
//!
//! | step | accesses, at most | copies |
//! |---|---|---|
//! | `try_send`, overwrite | 9 | 1 |
//! | `try_send`, backpressure | 6 | 1 |
//! | when all slots were used, or the room it knew of | 4 more, and 1 a receiver | |
//! | `try_recv` of a message, overwrite | 10 | 1 |
//! | `try_recv` of a message, backpressure | 8 | 1 |
//! | of the first message that this receiver reads | 3 more | |
//! | `try_recv` of no message | 66 | 1 |
//! | for each further attempt of a `try_recv`: at most 4, for a first message, a void frame, or a sender that overtakes | 25 more | 1 more |
//! | `latest` | 242 | 4 |
//! | asking whether to notify | 2 more, for a receiver too | |
//! | notifying | 3 more | |
//! | attaching | 84, and 2 a slot for the first sender of a generation | |
//!
//! None of it depends on the number of messages, and of slots only where it says so. Nothing loops on a value that the other
//! side writes.
//!
//! Sequences are 64 bits in each slot: they repeat after 2^63 messages. A receiver's `consumed` holds the low 21 bits, which
//! never stand for more than 2^20 messages.

mod batch;
mod event;
mod halves;
mod in_place;
mod open;
mod outcome;
mod policy;
mod receiver;
mod sender;
mod status;
#[cfg(feature = "async")]
mod task;

pub use event::{Event, Message};
pub use halves::{Channel, ReceiverHalf, SenderHalf};
pub use in_place::{Loan, MessageView, OutOfRange};
pub use outcome::{AttachError, Corruption, DiscardError, RecvError, SendError};
pub(crate) use outcome::{CORRUPT, REFORMATTED};
pub use policy::{Backpressure, Overwrite, Policy, Receive};
#[doc(hidden)]
pub use receiver::Taken;
pub use receiver::{Receiver, Start, TryIter};
pub use sender::Sender;
pub use status::{ChannelStatus, ReceiverStatus};
#[cfg(feature = "async")]
pub(crate) use task::RoomRequest;
