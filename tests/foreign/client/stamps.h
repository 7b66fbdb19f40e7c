/* What does the stamp of a slot say? */
#ifndef STAMPS_H
#define STAMPS_H

#include "words.h"

struct stamp {
    uint32_t low, high;
};

static inline struct stamp look(const struct rf_channel *c, uint64_t s) {
    struct stamp stamp;
    stamp.low = load(c, slot(c, s) + STAMP_LOW);
    acquire();
    stamp.high = load(c, slot(c, s) + STAMP_HIGH);
    return stamp;
}

static inline bool is(struct stamp stamp, uint64_t value) { return stamp.low == low(value) && stamp.high == high(value); }

/* What the slot holds before message `s`. */
static inline uint64_t before(const struct rf_channel *c, uint64_t s) { return s < c->slots ? 0 : published(s - c->slots); }

/* Nothing of message `s` but perhaps its beginning: the halves may be one of each, where the high one changes. */
static inline bool is_not_yet(const struct rf_channel *c, struct stamp stamp, uint64_t s) {
    uint64_t old = before(c, s), new = writing(s);
    return (stamp.low == low(old) || stamp.low == low(new)) && (stamp.high == high(old) || stamp.high == high(new));
}

#endif
