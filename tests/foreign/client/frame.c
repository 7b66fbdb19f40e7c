/* How do a message's bytes get into a slot and out of it? "Receiving message s". */
#include "frame.h"

#include <string.h>

enum { WIDE = sizeof(uint64_t) };

static _Atomic uint64_t *wide(const struct rf_channel *c, uint64_t at) { return (void *)(c->base + at); }

static uint32_t at_most(uint32_t length, uint32_t most) { return length < most ? length : most; }

void rf_copy_in(const struct rf_channel *c, uint64_t at, const void *from, uint32_t length) {
    const unsigned char *bytes = from;
    for (uint32_t done = 0; done < length; done += WIDE) {
        uint64_t some = 0;
        memcpy(&some, bytes + done, at_most(length - done, WIDE));
        atomic_store_explicit(wide(c, at + done), some, memory_order_relaxed);
    }
}

void rf_copy_out(const struct rf_channel *c, uint64_t at, void *to, uint32_t length) {
    unsigned char *bytes = to;
    for (uint32_t done = 0; done < length; done += WIDE) {
        uint64_t some = atomic_load_explicit(wide(c, at + done), memory_order_relaxed);
        memcpy(bytes + done, &some, at_most(length - done, WIDE));
    }
}

static void copy_frame(const struct rf_channel *c, uint64_t at, struct rf_message *m) {
    m->length = load(c, at + LENGTH);
    m->epoch = load(c, at + FRAME_EPOCH);
    rf_copy_out(c, at + PAYLOAD, m->buffer, at_most(m->length, at_most(m->size, c->capacity)));
}

/* Under overwrite: is what was copied all of one message? */
static bool is_still_there(const struct rf_channel *c, uint64_t s) {
    acquire(); /* claim */
    if (load(c, slot(c, s) + STAMP_LOW) != low(published(s)))
        return false;
    acquire();
    return load(c, slot(c, s) + STAMP_HIGH) == high(published(s));
}

enum frame rf_read_frame(const struct rf_channel *c, uint64_t s, struct rf_message *m) {
    if (load(c, slot(c, s) + STAMP_LOW) != low(published(s)))
        return FRAME_ABSENT;
    acquire(); /* publish */
    copy_frame(c, slot(c, s), m);
    m->sequence = s;
    if (c->policy == RF_OVERWRITE && !is_still_there(c, s))
        return FRAME_LAPPED;
    if (m->length > c->capacity)
        return FRAME_CORRUPT;
    return m->length > m->size ? FRAME_TOO_LONG : FRAME_RECEIVED;
}
