//! Sender and receiver of one channel: how a message is written and read, and what a crash leaves in the region.
//!
//! A synchronization edge has two halves: one side stores, the other side loads. Names in brackets are names of edges. Most edges
//! have both halves in one file:
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
//! Message `s` is in slot `s mod slots`. A polling receiver reads only the slot that it waits for. A small message shares its
//! cache line with its stamp. Only a side that attaches, that reads the newest message, or that was lapped reads the head.
//!
//! # What a crash leaves
//! Each word has one writer. From every state between two stores of that writer, the next side to attach can continue:
//!
//! | the sender died | then |
//! |---|---|
//! | before `published` | no receiver saw the message; the next sender uses the same sequence for its own message |
//! | after `published`, before `head` | the message is sent; the next sender finds it one slot past the head |
//! | before `closed` | the next sender has another epoch: receivers report `SenderRestarted` |
//!
//! | the receiver died | then |
//! |---|---|
//! | before `consumed` | the next receiver of that index receives the message again |
//! | and no other receiver attaches | a side that knows of the death discards the messages: [`Channel::reclaim`] |
//!
//! If the region is formatted while a side is attached, every step of that side reports `Reformatted` at the end. A late store of
//! that side does no harm.
//!
//! # Bounds
//! An access is a load, a store or a fence of a word. A pair counts as two. Copies of a payload are counted apart.
//!
//! | step | accesses, at most | copies |
//! |---|---|---|
//! | `try_send`, overwrite | 9 | 1 |
//! | `try_send`, backpressure | 6 | 1 |
//! | when all slots were used, or the room it knew of | 4 more, and 1 a receiver | |
//! | `try_recv` of a message, overwrite | 10 | 1 |
//! | `try_recv` of a message, backpressure | 8 | 1 |
//! | of the first message that this receiver reads | 3 more | |
//! | once in 32 messages or more, on 64 bits and with 16 slots or more: whether to let the sender get ahead | 32 more | |
//! | `try_recv` of no message | 66 | 1 |
//! | for each further attempt of a `try_recv`: at most 4, for a first message, a void frame, or a sender that overtakes | 25 more | 1 more |
//! | `latest` | 256 | 5 |
//! | asking whether to notify | 2 more, for a receiver too | |
//! | notifying | 3 more | |
//! | attaching | 84, and 2 a slot for the first sender of a generation | |
//!
//! No step depends on the number of messages. Only the lines that name slots depend on the number of slots. No loop depends on a
//! value that the other side writes.
//!
//! A slot holds sequences of 64 bits, which repeat after 2^63 messages. A receiver's `consumed` holds the low 21 bits of a count.
//! That is enough, because at most 2^20 messages are pending.

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
