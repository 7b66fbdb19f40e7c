/* How do a message's bytes get into a slot and out of it? "A receive". */
#include "frame.h"

#include <string.h>

enum { WIDE = sizeof(uint64_t) };

static uint32_t at_most(uint32_t length, uint32_t most) { return length < most ? length : most; }

void rf_copy_in(const struct rf_channel *c, uint64_t at, const void *from, uint32_t length) {
    const unsigned char *bytes = from;
    for (uint32_t done = 0; done < length; done += WIDE) {
        uint64_t some = 0;
        memcpy(&some, bytes + done, at_most(length - done, WIDE));
        store_pair(c, at + done, le64toh(some));
    }
}

void rf_copy_out(const struct rf_channel *c, uint64_t at, void *to, uint32_t length) {
    unsigned char *bytes = to;
    for (uint32_t done = 0; done < length; done += WIDE) {
        uint64_t some = htole64(load_pair(c, at + done));
        memcpy(bytes + done, &some, at_most(length - done, WIDE));
    }
}

/* The generation check: one load. */
static bool holds(const struct rf_channel *c) {
    acquire(); /* generation */
    return load(c, GENERATION) == c->generation;
}

static bool is_there(const struct rf_channel *c, uint64_t s) { return load_pair(c, slot(c, s) + STAMP) == published(s); }

enum fit rf_fit(const struct rf_channel *c, const struct rf_message *m) {
    if (m->length == VOID_FRAME)
        return IS_VOID;
    if (m->length > c->geometry.capacity)
        return IS_CORRUPT;
    return m->length > m->size ? IS_TOO_LONG : FITS;
}

enum frame rf_read_frame(const struct rf_channel *c, uint64_t s, struct rf_message *m) {
    if (!is_there(c, s))
        return FRAME_ABSENT;
    acquire(); /* publish */
    uint64_t pair = load_pair(c, slot(c, s) + LENGTH);
    *m = (struct rf_message){m->buffer, m->size, low(pair), high(pair), s};
    uint32_t length = at_most(m->length, at_most(m->size, c->geometry.capacity));
    rf_copy_out(c, slot(c, s) + PAYLOAD, m->buffer, length);
    if (c->geometry.policy == RF_OVERWRITE) {
        acquire(); /* claim */
        if (!is_there(c, s))
            return FRAME_TORN;
    }
    return holds(c) ? FRAME_READ : FRAME_TORN;
}
