/* Which message comes next, all 64 bits of it? "The head". */
#include "stamps.h"

static const uint64_t LAST_SEQUENCE = (UINT64_C(1) << 63) - 2;
enum found { FOUND, AGAIN, ODD };

/* Both halves of one time; false if the sender changed them meanwhile. */
static bool look_twice(const struct rf_channel *c, uint64_t s, uint64_t *stamp) {
    *stamp = stamp_of(c, s);
    acquire(); /* publish */
    return stamp_of(c, s) == *stamp;
}

static enum found find(const struct rf_channel *c, uint32_t h, uint64_t *head) {
    uint64_t last, past;
    if (!look_twice(c, h / 2 - UINT64_C(1), &last) || !look_twice(c, h / 2, &past))
        return AGAIN;
    *head = last / 2;
    if (low(last) != h || *head > LAST_SEQUENCE)
        return ODD;
    if (past == published(*head)) {
        *head += 1;
        return FOUND;
    }
    return is_unwritten(c, past, *head) ? FOUND : ODD;
}

enum rf_result rf_find_head(const struct rf_channel *c, uint64_t *head) {
    uint64_t odd = UINT64_MAX;
    for (int tries = 0; tries < TRIES; tries++) {
        uint32_t h = low(load_pair(c, head_line(c) + STAMP));
        switch (find(c, h & ~UINT32_C(1), head)) { /* its first look fences: head */
        case FOUND: return RF_OK;
        case AGAIN: break;
        case ODD:
            /* The sender may be a lap ahead. Then another head is there by now. */
            if (odd == h)
                return RF_CORRUPT_HEAD;
            odd = h;
        }
    }
    return RF_BUSY;
}

uint64_t rf_oldest(const struct rf_channel *c, uint64_t head) {
    if (head < c->geometry.slots)
        return 0;
    uint64_t oldest = head - c->geometry.slots;
    return stamp_of(c, oldest) == published(oldest) ? oldest : oldest + 1;
}
