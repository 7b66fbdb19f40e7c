/* What does the stamp of a slot say? */
#ifndef STAMPS_H
#define STAMPS_H

#include "words.h"

static inline uint64_t stamp_of(const struct rf_channel *c, uint64_t s) { return load_pair(c, slot(c, s) + STAMP); }

/* Nothing of message `s` but perhaps its beginning: the halves may be one of each, where the high one changes. */
static inline bool is_unwritten(const struct rf_channel *c, uint64_t stamp, uint64_t s) {
    uint64_t before = s < c->geometry.slots ? 0 : published(s - c->geometry.slots);
    uint32_t behind = high(published(s)) - high(stamp);
    return behind <= 1 && (low(stamp) == low(before) || low(stamp) == low(writing(s)));
}

#endif
