/* Which message comes next, all 64 bits of it? "The head". */
#include "stamps.h"

enum { TRIES = 16 };
static const uint64_t HEADS = (UINT64_C(1) << 63) - 2;
enum found { FOUND, AGAIN, ODD };

/* Both halves of one time; false if the low one changed meanwhile. */
static bool look_twice(const struct rf_channel *c, uint64_t s, struct stamp *stamp) {
    *stamp = look(c, s);
    acquire();
    return load(c, slot(c, s) + STAMP_LOW) == stamp->low;
}

/* Of this slot's message in a later lap, published or being written; or of two messages, where the high half changes. */
static bool is_later(const struct rf_channel *c, uint32_t stamp_low, uint64_t s) {
    uint32_t ahead = stamp_low - low(published(s));
    uint32_t messages = (ahead + 1) / 2;
    return ahead < UINT32_C(1) << 31 && messages % c->slots == 0;
}

/* Step 3: the head is what the newest message's slot says it is. */
static enum found from_newest(const struct rf_channel *c, uint32_t h, uint64_t *head) {
    struct stamp stamp;
    uint64_t newest = h - UINT64_C(1);
    if (!look_twice(c, newest, &stamp))
        return AGAIN;
    uint64_t value = (uint64_t)stamp.high << 32 | stamp.low;
    *head = value / 2;
    /* Even, and of the right message; 0 only where nothing was sent. */
    if (value % 2 == 0 && low(*head) == h && (value != 0 || h == 0))
        return FOUND;
    return is_later(c, stamp.low, newest) ? AGAIN : ODD;
}

/* Step 4: the sender may stand between publishing a message and storing `head`. */
static enum found from_next(const struct rf_channel *c, uint64_t *head) {
    struct stamp stamp;
    if (!look_twice(c, *head, &stamp))
        return AGAIN;
    if (is(stamp, published(*head))) {
        *head += 1;
        return FOUND;
    }
    if (is_not_yet(c, stamp, *head))
        return FOUND;
    return is_later(c, stamp.low, *head) ? AGAIN : ODD;
}

enum rf_result rf_find_head(const struct rf_channel *c, uint64_t *head) {
    enum found found = AGAIN;
    for (int tries = 0; tries < TRIES && found != FOUND; tries++) {
        uint32_t h = load(c, head_line(c));
        acquire(); /* head */
        found = from_newest(c, h, head);
        if (found == FOUND)
            found = from_next(c, head);
    }
    if (found == FOUND)
        return *head < HEADS ? RF_OK : RF_CORRUPT;
    return found == AGAIN ? RF_BUSY : RF_CORRUPT;
}

uint64_t rf_oldest(const struct rf_channel *c, uint64_t head) {
    if (head < c->slots)
        return 0;
    uint64_t oldest = head - c->slots;
    return is(look(c, oldest), published(oldest)) ? oldest : oldest + 1;
}
