//! The protocol of wire version 2 holds in every order of its sides' steps, and each of its rules is needed for that.
//!
//! This is a model checker of its own, which knows nothing of the crate: a state is a few bytes, a step is one access to the
//! shared memory, and a search visits every state that the steps lead to. So it says what the *rules* are worth, before
//! and beside the code that follows them.
//!
//! # What is modelled
//! A channel of two slots under backpressure. A formatter, a sender, one or two receivers, and whoever reclaims a dead
//! receiver's seat. Each may stop at any step for as long as it likes, while the region is formatted and used anew: that is
//! what makes a store late. Each may die at any step, as often as a world allows. The sides poll, or they sleep by futex, with
//! or without a time limit. A seat may have two holders for a moment (see `late`).
//!
//! What must never happen is in `history`: a message that is torn, foreign, repeated to one incarnation, or lost without a
//! word; a region called corrupt; a message overwritten before it was consumed; a wrong count of discarded messages; and a
//! state from which no steps but faults lead to where all messages have arrived.
//!
//! A search goes breadth first, so a counterexample has the fewest steps. `RAMFRAME_TRACE=1` with `--nocapture` prints the one of
//! each rule that is left out.
//!
//! # What one step stands for
//! Two things are one step here and several loads in a real side: the look at the generation, and opening the region. Beside
//! both stands why this leaves nothing out. A side that wakes another does it in a step after its store. No look precedes the
//! stores of sides that attach, or of one that reclaims. The code may look there: that only leads to fewer states.
//!
//! # What is not modelled
//! - Weak memory: all accesses are in one order. The loom models and litmus tests ask about that.
//! - Overwrite channels, hot copies, void frames, `closed`, `detached_at`, the checksum.
//! - Geometry that changes, and the places that move with it. `stamp_high`, and the wrap of any count.
//! - Two senders, or two formatters, at one time. Waits that do not compare a word as FUTEX_WAIT does.
//! - A late store of the same generation; nothing in the words can tell it from one in time.
//!
//! # Sizes
//! Up to 3 messages a generation, 3 formats, 2 to 4 tags in place of 2,048 (more than a store is late by), 3 deaths of a side.
//! The ordinary searches visit 90,000 to 850,000 states each, 10 million in all, in about 10 seconds of one core. With
//! `RAMFRAME_DEEP=1` eleven larger ones of up to 9.4 million states are added: 44 million in all, in one to two minutes, with
//! up to 2 GB of memory. Each search with all rules asserts how many states it saw at least.

mod all_rules;
mod each_rule;
mod events;
mod explore;
mod formatter;
mod history;
mod late;
mod limits;
mod memory;
mod receiver;
mod rules;
mod seen;
mod sender;
mod state;
mod trace;
mod wedge;
mod world;
