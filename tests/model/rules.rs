//! Each rule of wire version 2 that this model can leave out is a `Rule`.

/// A rule of the wire. The number in front of a group is its number in the sketch of version 2.
///
/// Those marked *found here* are not in the sketch: a search of this model showed that something like them is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Rule {
    // 2: format.
    /// The formatter stores magic = 0 before all else.
    MagicFirst,
    /// The formatter loads `epoch` after it stored magic = 0.
    EpochAfterMagic,
    /// `first_epoch` grows from the larger of `epoch` and the last `first_epoch`.
    FirstEpochFromBoth,
    /// `first_epoch` grows by 2, because a late sender may store one epoch more than the formatter saw.
    FirstEpochPlusTwo,

    // 3 and 5: tags.
    /// A sender ignores the count of a `consumed` word with a foreign tag.
    SenderChecksTag,
    /// A receiver that attaches ignores the count of a `consumed` word with a foreign tag.
    ReceiverChecksTag,
    /// `attach_count` counts only under this generation's tag.
    AttachCountTag,
    /// `discarding` counts only under this generation's tag.
    DiscardingTag,

    // 4: a word at rest.
    /// The formatter stores a neutral tag into `consumed`.
    NeutralConsumed,
    /// The formatter stores a neutral tag into `attach_count`.
    NeutralAttachCount,
    /// The formatter stores a neutral tag into `discarding`.
    NeutralDiscarding,
    /// The residue: no store is late by as many formats as there are tags.
    LateBound,

    // 6: order at the sender.
    /// The first sender of a generation zeroes the stamps.
    ZeroStamps,
    /// The first sender of a generation stores head = 0.
    ZeroHead,
    /// The first sender stores `epoch` after the stamps and the head.
    EpochLast,
    /// A receiver that attaches takes the channel for empty until `epoch` belongs to the generation.
    EmptyUntilEpoch,
    /// The next sender of a generation goes on from the head, and does not begin anew.
    TakeOver,

    // 7: order at the receiver.
    /// A receiver finds `epoch` of its generation before it loads a stamp.
    EpochBeforeStamp,
    /// A frame of a foreign epoch is no message.
    FrameEpoch,

    // 8: a seat.
    /// A receiver that attaches stores `consumed`, then `attach_count`.
    ConsumedBeforeAttachCount,
    /// `attach_count` of this generation beside a foreign `consumed` means that progress was lost.
    AttachCountTells,
    /// Lost progress is told before `consumed` is stored, so that a receiver that dies in between does not hide it. *Found
    /// here.*
    LossToldFirst,

    // 9: storing again.
    /// A receiver stores `consumed` again when the word is not what it stored last.
    StoreAgain,
    /// A receiver wakes the sender after it stored `consumed` again.
    WakeAfterStoreAgain,
    /// Each nap of the sender has a time limit.
    SenderNapLimit,
    /// Each nap of a receiver has a time limit.
    ReceiverNapLimit,

    // 10: a sleeping sender.
    /// The sender stores sender_waiting = 1 before it loads `consumed`.
    AskBeforeLoad,
    /// The sender looks at the generation between the load of `consumed` and the nap.
    LookBeforeSenderNap,

    // 11: `notify_seq`.
    /// `notify_seq` carries the tag; without it the formatter and the sender add 1 to what is there.
    NotifyTag,
    /// The formatter stores `notify_seq` and wakes the receivers.
    FormatterNotifies,
    /// The formatter wakes the sender that sleeps on `consumed`.
    FormatterWakesSender,

    // Version 1's rules of waking, kept by version 2.
    /// A receiver looks at the generation before it sleeps.
    LookBeforeReceiverNap,
    /// A receiver loads `notify_seq` before it asks to be woken. The other way round another receiver's request can stand in
    /// for one that the sender has answered. *Found here.*
    SeenBeforeRequest,
    /// A receiver that asked looks whether it still asks before it sleeps.
    StillAsking,
    /// A sender that follows another in the same generation notifies at once.
    NotifyAtTakeOver,
    /// The first sender of a generation notifies at once too, because a late sender may have cleared a request and died. *Found
    /// here.*
    NotifyAtFirst,
    /// A receiver that attaches wakes a waiting sender.
    WakeAtAttach,

    // The second look.
    /// A sender looks at the generation after each pause.
    SenderLooks,
    /// A receiver looks at the generation when it finds no message.
    ReceiverLooks,
    /// A message is given out only when the generation still holds.
    LookBeforeDelivery,
    /// The region is called corrupt only when the generation still holds.
    LookBeforeVerdict,

    // Reclaim.
    /// `discarded_from` is stored before `discarding`.
    FromBeforeDiscarding,
    /// `discarding` is stored before `consumed`.
    DiscardingBeforeConsumed,
    /// A second reclaim keeps the beginning of a gap that nobody has passed yet.
    KeepFirstFrom,
    /// A receiver clears `discarding` when it finds that nothing was discarded.
    ClearEmptyGap,
    /// A receiver that takes the first message behind a gap clears `discarding` before it stores `consumed`.
    ClearBeforeConsumed,
    /// Only a seat whose words all have this generation's tag is reclaimed; another one is left to its next receiver. *Found
    /// here.*
    ReclaimOwnOnly,
    /// `discarded_from` counts only under this generation's tag. *Found here.*
    DiscardedFromTag,
    /// Who attaches stores `discarding` before `attach_count`. So a foreign one beside this generation's `attach_count` was
    /// overwritten, and a gap may be unknown. *Found here.*
    DiscardingTells,
}

impl Rule {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::DiscardingTells as usize + 1;
}

/// A set of rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules(u64);

impl Rules {
    pub(crate) const ALL: Self = Self(u64::MAX);

    pub(crate) const fn with(self, rule: Rule) -> Self {
        Self(self.0 | 1 << rule as u8)
    }

    pub(crate) const fn without(self, rule: Rule) -> Self {
        Self(self.0 & !(1 << rule as u8))
    }

    pub(crate) const fn has(self, rule: Rule) -> bool {
        self.0 & (1 << rule as u8) != 0
    }
}
