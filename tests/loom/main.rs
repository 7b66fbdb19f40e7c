//! Does the protocol hold in every execution that its memory orders allow, and is each of these orders needed?
//!
//! Each model is a test. The last test weakens every order that core asks for, one at a time: some model must then fail.
//! `RAMFRAME_DEEP=1` explores one more preemption where the number of these is bounded.
//!
//! One such failure can be printed in plain words, for people who learn why the order is there: which thread loaded or stored which word, in
//! which turn, and which old value it saw because of the weaker order. `RAMFRAME_WEAKEN` names the edge, as the comments in core do; a name
//! that no edge has prints the list.
//! ```text
//! RAMFRAME_WEAKEN=claim cargo test --package ramframe-tests --test loom told -- --nocapture
//! ```

#[path = "../regions/array.rs"]
mod array;
mod backpressure;
mod channel;
mod claims;
mod control;
mod crash;
mod format;
mod futex;
mod judge;
mod kernel;
mod model;
#[path = "../regions/orders.rs"]
mod orders;
mod overwrite;
#[path = "../regions/loom.rs"]
mod region;
mod restart;
mod sites;
#[path = "../claims/suite.rs"]
mod suite;
#[path = "../support/mod.rs"]
mod support;
#[path = "../regions/tell.rs"]
mod tell;
mod text;
mod told;
mod unfenced;
mod waiting;
mod weakened;
mod wide;

use model::Model;

/// A test for each model, and the list of them all.
macro_rules! models {
    ($($test:ident: $model:path,)*) => {
        $(#[test]
        fn $test() {
            assert_eq!($model.name, stringify!($test));
            $model.prove();
        })*

        static MODELS: &[&Model] = &[$(&$model),*];
    };
}

models! {
    overwrite_a_message_appears: overwrite::APPEARS,
    overwrite_a_message_appears_and_goes_by: overwrite::GOES_BY,
    overwrite_a_receiver_is_overtaken: overwrite::IN_ORDER,
    overwrite_latest_never_goes_back: overwrite::LATEST,
    overwrite_attach_while_sending: overwrite::ATTACH,
    overwrite_a_lap_of_half_the_stamps: overwrite::LAPS,
    backpressure_loses_nothing: backpressure::LOSES_NOTHING,
    restart_overwrite: restart::OVER,
    restart_backpressure: restart::BACK,
    restart_after_a_lap_while_attaching: restart::LAPS,
    crash_overwrite: crash::OVER,
    crash_backpressure: crash::BACK,
    crash_of_a_receiver: crash::RECEIVER,
    format_beside_a_receive: format::RECEIVE,
    format_before_the_first_sender: format::FIRST_SENDER,
    format_beside_two_senders: format::SENDERS,
    format_wakes_a_receiver: format::SLEEP,
    format_wakes_a_sender: format::ROOM,
    formatting_shows_all_or_nothing: control::FORMATTING,
    formatting_is_told_as_such: control::UNDER,
    dropping_counts_exactly: control::DISCARDING,
    reclaim_beside_a_late_receiver: control::RECLAIM,
    waiting_a_receiver_sleeps: waiting::SLEEP,
    waiting_a_receiver_spins_then_sleeps: waiting::SPIN,
    waiting_two_receivers_sleep: waiting::SLEEP_BOTH,
    waiting_a_receiver_naps: waiting::NAP,
    waiting_the_sender_sleeps: waiting::ROOM,
    waiting_the_sender_spins_then_sleeps: waiting::SPIN_FOR_ROOM,
    unfenced_a_receiver_sleeps: unfenced::SLEEP,
    unfenced_a_receiver_polls: unfenced::POLL,
    unfenced_the_sender_sleeps: unfenced::ROOM,
    text_is_never_mixed: text::WHOLE,
}
