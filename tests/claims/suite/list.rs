//! The claims that are made of every memory.
#![allow(unused_macros)] // some make no test of each

/// Hands every claim over memory of `$maker` to the macro `$then`: those made of both policies, and the others.
macro_rules! each_claim {
    ($then:path, $name:ident, $maker:ty) => {
        $then! {
            $name $maker,
            both {
                both {
                    messages_arrive_in_order
                    a_header_says_sequence_epoch_and_length
                    a_new_channel_is_empty
                    every_size_up_to_the_capacity_arrives
                    a_message_beyond_the_capacity_is_refused
                    a_message_that_does_not_fit_the_buffer_stays
                    the_newest_that_does_not_fit_says_what_it_needs
                    a_message_that_does_not_fit_can_be_skipped
                    the_newest_is_seen_without_being_taken
                    a_frame_is_filled_and_filled_again
                    a_frame_too_small_says_what_it_needs
                    void_frames_are_passed_over
                    the_newest_is_not_void
                }
                sessions {
                    each_sender_has_another_epoch
                    the_first_sender_is_no_restart
                    the_first_sender_after_a_format_is_no_restart
                    a_restart_is_told_between_the_messages
                    a_restart_is_told_without_a_message
                    closed_is_told_after_the_last_message_and_again
                    closed_without_a_message_is_told
                    closed_ends_with_the_next_sender
                    closed_is_told_though_the_next_is_already_there
                    each_close_is_told
                    the_last_close_is_never_lost
                    formatting_is_noticed
                    formatting_is_noticed_before_a_message_of_the_same_sequence
                    formatting_with_any_number_is_noticed
                    a_sender_notices_formatting
                    epochs_go_on_through_formatting
                }
                attach {
                    the_geometry_is_read_back
                    memory_never_formatted_is_refused
                    memory_of_something_else_is_refused
                    another_version_is_refused
                    a_word_out_of_range_is_named
                    a_region_shorter_than_its_geometry_is_refused
                    memory_too_small_is_not_formatted
                    a_channel_fills_the_memory_given
                }
                between {
                    a_message_shows_whole_or_not_at_all
                    a_step_holds_whatever_is_sent_meanwhile
                    the_newest_is_whole_whatever_is_sent_meanwhile
                    what_a_sender_published_outlives_it
                }
                reformatted {
                    the_geometry_shows_whole_or_not_at_all
                    a_geometry_that_changes_is_not_mixed
                    a_format_while_attaching_is_noticed
                    a_format_during_a_step_is_no_corruption
                }
                in_place {
                    a_message_is_looked_at_where_it_stands
                    a_message_is_written_where_it_stands
                    a_loan_that_is_dropped_publishes_nothing
                    a_loan_can_be_cut_short
                    what_does_not_fit_a_loan_is_refused
                    what_a_view_has_not_is_refused
                }
                batch {
                    a_batch_goes_out_in_order_and_stops_at_what_cannot
                    a_batch_comes_in_order_and_stops_at_news
                    a_message_that_is_refused_comes_again
                }
                survey {
                    a_survey_says_how_the_channel_stands
                    memory_half_made_is_told_from_memory_in_use
                }
            }
            one {
                attach {
                    the_number_of_receivers_fits_the_policy
                    the_other_policy_is_refused
                    a_geometry_that_cannot_be_is_not_formatted
                    two_channels_live_in_one_region
                }
                overwrite {
                    the_sender_never_waits
                    a_lapped_receiver_learns_exactly_how_many_it_missed
                    every_lag_is_counted
                    skipping_a_message_that_is_gone_says_so
                    looking_at_the_newest_misses_nothing
                    there_is_no_newest_before_the_first
                    a_message_being_overwritten_is_missed
                    the_newest_is_the_last_that_is_complete
                    any_number_of_receivers_read_the_same
                    a_slow_receiver_holds_nobody
                    a_late_joiner_starts_with_the_oldest_still_there
                    a_late_joiner_may_start_with_the_next
                }
                backpressure {
                    a_full_channel_says_so_and_sends_nothing
                    a_message_too_long_is_told_before_full
                    a_receiver_need_not_be_there_yet
                    each_receiver_has_its_own_cursor
                    the_slowest_receiver_is_named
                    pending_says_what_each_has_left
                    attaching_is_counted
                    leaving_is_told
                    a_receiver_continues_where_the_one_before_stopped
                    a_sender_continues_where_the_one_before_stopped
                    a_receiver_that_is_not_there_is_refused
                    a_count_of_messages_that_are_not_there_is_refused
                    the_newest_is_one_not_yet_taken
                    skipping_makes_room
                }
                in_place {
                    what_is_overtaken_while_looked_at_is_not_given_out
                    an_overwritten_message_is_gone_with_a_loan
                }
                batch {
                    a_batch_is_rung_for_once
                    a_batch_is_let_go_at_once
                    who_dies_in_a_batch_has_taken_none_of_it
                    a_channel_formatted_meanwhile_is_left_alone
                }
                dead_receiver {
                    dropping_for_it_frees_the_sender
                    the_next_receiver_is_told_how_many
                    it_is_told_though_there_is_no_message
                    a_batch_of_no_message_leaves_it_to_be_told
                    it_is_told_before_anything_is_skipped
                    it_is_told_once
                    it_is_told_again_if_nothing_was_taken_since
                    what_several_stand_ins_dropped_is_added
                    a_receiver_that_drops_and_goes_on_is_told_too
                    dropping_nothing_leaves_no_trace
                    the_others_are_not_touched
                    it_is_told_exactly_though_the_stand_in_died
                    it_is_told_exactly_though_the_receiver_died
                }
                waking {
                    a_sender_rings_as_its_way_of_waiting_says
                    a_receiver_waits_only_when_there_is_no_news
                    who_waits_for_a_side_that_never_notifies_polls
                    news_is_there_before_it_is_asked_for
                    a_receiver_that_lost_messages_has_news
                    who_was_to_be_rung_by_a_dead_sender_is_rung_by_the_next
                    who_was_to_be_rung_by_a_dead_receiver_is_rung_by_the_next
                }
                room {
                    a_sender_waits_only_while_there_is_no_room
                    a_receiver_rings_a_sender_that_waits_for_room
                    who_makes_room_notifies_a_sender_that_waits
                    a_sender_that_died_waiting_is_not_rung
                }
                spinning {
                    a_message_found_in_a_spin_needs_no_notification
                    room_found_in_a_spin_needs_no_notification
                    a_request_comes_after_the_spin
                    a_spin_ends_with_any_news
                    a_format_ends_a_spin_for_room
                }
                asleep {
                    a_wait_is_for_the_word_as_it_stands
                    a_request_that_was_cleared_is_no_reason_to_wait
                    a_request_made_while_the_sender_notifies_is_not_lost
                }
                survey {
                    a_survey_says_how_each_receiver_stands
                    a_receiver_ahead_of_a_survey_has_nothing_left
                }
                streams {
                    bytes_go_both_ways_over_a_link
                    a_link_formatted_halfway_is_none
                }
                texts {
                    a_text_of_any_length_is_read
                    a_text_shows_whole_or_not_at_all
                    a_text_is_read_whole_whatever_is_written_meanwhile
                }
                threads {
                    no_message_is_lost_between_two_threads
                    no_message_is_torn_between_two_threads
                    the_newest_never_goes_back_between_two_threads
                }
            }
        }
    };
}

/// Makes a test of every claim over memory of `$maker`, in a module `$name`. The suite is the module `suite` at the root.
macro_rules! claims {
    ($name:ident, $maker:ty) => {
        $crate::suite::each_claim! { $crate::suite::claim_tests, $name, $maker }
    };
}

macro_rules! claim_tests {
    (
        $name:ident $maker:ty,
        both { $($group:ident { $($claim:ident)* })* }
        one { $($sole_group:ident { $($sole:ident)* })* }
    ) => {
        mod $name {
            use crate::suite;
            use ramframe_core::channel::{Backpressure, Overwrite};
            $($(mod $claim {
                use super::*;
                #[test] fn overwrite() { suite::$group::$claim::<$maker, Overwrite>(); }
                #[test] fn backpressure() { suite::$group::$claim::<$maker, Backpressure>(); }
            })*)*
            $($(#[test] fn $sole() { suite::$sole_group::$sole::<$maker>(); })*)*
        }
    };
}
pub(crate) use {claim_tests, claims, each_claim};
