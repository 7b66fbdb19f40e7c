//! One sender shares its messages among many workers: each message goes to one of them.
//!
//! Each worker has a *place*: a backpressure channel of its own with one receiver. [`Share`] sends on all of them, and [`Worker`] takes
//! a free one. A message goes to the worker that has the fewest messages pending, so a slow, stopped or full worker holds up nobody
//! but itself.
//!
//! # Places
//! A share has a base, which is a [`Key`](crate::sysv::key::Key). The places have the names `BASE/0`, `BASE/1` and so on. BASE is the name
//! that the key was made from, or its number as `0x%08x` if it was made from a path or a number. The key of a place is that of its
//! [name](crate::sysv::key::Key::of_name). So `host status --name jobs/0` shows the first place of the share `jobs`. A base has at most 21 bytes.
//!
//! # Workers that come and go
//! A worker may come at any time. It takes the free place with the most messages pending. More workers than places is no error for
//! [`Worker::wait_open`]: the last ones wait until a place is free, and so stand by.
//!
//! No message goes to a place without a worker. If a worker left or died, the sender moves the messages that it had not taken to the
//! others, before it sends anything new. The sender moves them inside [`send`](Share::send), [`try_send`](Share::try_send),
//! [`drain`](Share::drain) and [`redistribute`](Share::redistribute). It notices a death within [`LOOK`]. A sender that does
//! nothing else for a while should call `redistribute` now and then. While no worker is left, the messages stay where they are. If the
//! sender ends, they stay for the workers of these places, and the next sender goes on.
//!
//! # At least once
//! A message counts as taken when the handler of [`Worker::recv_with`] has returned `Ok`. If the worker dies before that, another worker
//! gets the message. So each message is handled at least once. [`Message::attempts`] counts how often a worker may have begun it
//! before. If it is 0, no worker has. It is above 0 for a message that a worker handled, or may have handled, when it ended, and for one that
//! the sender was moving when the sender ended. Workers that died one after the other in one place count once. [`Message::id`] stays the
//! same wherever the message goes, so a program that keeps the ids of what it has done recognises a repeat.
//!
//! # Bytes
//! Each message in a place begins with 24 bytes, little-endian. [`ChannelOptions`](crate::ChannelOptions) of a share do not count them.
//!
//! | offset | bytes | value |
//! |---|---|---|
//! | 0 | 2 | 1: the version of this table |
//! | 2 | 2 | number of the place where the message was sent first |
//! | 4 | 4 | generation of that channel |
//! | 8 | 4 | epoch of the sender |
//! | 12 | 4 | attempts |
//! | 16 | 8 | sequence of the message in that channel |
//!
//! # What this is not
//! The order is kept in a place until its worker ends, and not between places. A share needs keys: a mapped file has one channel only.

mod base;
mod envelope;
mod error;
mod place;
mod sender;
mod worker;

pub use self::base::{MAX_WORKERS, place};
pub use self::envelope::MessageId;
pub use self::error::{ShareError, WorkerError};
pub use self::sender::{LOOK, Share};
pub use self::worker::{Message, Worker};
