//! Sender and receiver over slots: the write path, the read path, and what a crash between any two stores leaves.
//!
//! # Write path
//! ```text
//! overwrite                                    backpressure
//! stamp(s)  = writing s                        if no room is known: read every receiver's `taken`  [taken]
//! fence Release                    [claim]     if there is none: Full
//! length, epoch, payload                       length, epoch, payload, plain copies
//! stamp(s)  = published s, Release [publish]   stamp(s)  = published s, Release                    [publish]
//! head      = s + 1, Release       [head]      head      = s + 1, Release                          [head]
//! ring, if someone asked           [ask]       ring, if someone asked                              [ask]
//! ```
//! # Read path
//! ```text
//! overwrite                                    backpressure
//! stamp(s) == published s ?                    stamp(s) == published s ?
//! fence Acquire                    [publish]   fence Acquire                                       [publish]
//! length, epoch, payload                       length, epoch, payload, plain copies
//! fence Acquire                    [claim]
//! stamp(s) == published s still ?              taken = s + 1, Release                              [taken]
//! else: missed some                            ring, if the sender sleeps                          [room]
//! ```
//! Message `s` lives in slot `s mod slots`. A polling receiver reads only the slot that it waits for, and on the same line
//! finds a small message; the head is for those who attach, look at the newest, or were lapped. The names in brackets
//! are those of the synchronization edges in the code.
//!
//! The overwrite side is a sequence lock for each slot (Boehm, "Can seqlocks get along with programming language memory
//! models?", MSPC 2012); the backpressure side is the slot-stamped ring of Vyukov's bounded queue for one sender, without
//! compare-and-swap.
//!
//! # What a crash leaves
//! One side writes each word, and every state between two of its stores is one from which the next to attach goes on:
//!
//! | the sender died | then |
//! |---|---|
//! | before `published` | nobody saw the message; the next sender uses the same sequence for its own |
//! | after `published`, before `head` | the message counts; the next sender finds it one slot past the head |
//! | before `closed` | the next one has another epoch: receivers say SenderRestarted |
//!
//! | the receiver died | then |
//! |---|---|
//! | before `taken` | the next receiver on that line gets the message again |
//! | and nobody takes its place | someone who knows that it is dead drops on its behalf: [`Receiver::reclaim`] |
//!
//! # Bounds
//! Accesses are loads, stores and fences of words; copies of a payload come on top. `send` makes at most 7 accesses and one
//! copy, plus one load a receiver when the room it knew of is used up; asking whether to ring makes 2 more, ringing 3 more.
//! `recv` makes at most 9 accesses and one copy when there is a message, 3 more for the first of an incarnation, and at
//! most 64 otherwise; letting a waiting sender know makes 2 more. `latest` makes at most 212 and four copies, attaching at
//! most 67. None of it depends on the number of slots or messages. Nothing loops on a value that the other side writes.
//!
//! Sequences are 64 bits in each slot: they repeat after 2^63 messages. A receiver's `taken` and the head are the low 32
//! bits, which never stand for more than `slots` messages.

mod batch;
mod display;
mod in_place;
mod outcome;
mod policy;
mod receiver;
mod recover;
mod sender;
mod status;
#[cfg(feature = "async")]
mod task;

pub use in_place::{Loan, MessageView};
pub use outcome::{AttachError, Corruption, RecvError, SendError};
pub use policy::{Backpressure, Overwrite, Policy, Receive};
pub use receiver::{Receiver, Start};
pub use sender::Sender;
pub use status::{ChannelStatus, ReceiverStatus};
#[cfg(feature = "async")]
pub(crate) use task::Asking;
