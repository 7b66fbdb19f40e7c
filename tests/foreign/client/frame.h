/* How do a message's bytes get into a slot and out of it? */
#ifndef FRAME_H
#define FRAME_H

#include "words.h"

/* By pairs, relaxed, as the other side may race: beyond the payload's end at most to the slot's. */
void rf_copy_in(const struct rf_channel *c, uint64_t at, const void *from, uint32_t length);
void rf_copy_out(const struct rf_channel *c, uint64_t at, void *to, uint32_t length);

/* Reads message `s` without receiving it: as much of it as has room. */
enum frame { FRAME_READ, FRAME_ABSENT, FRAME_TORN };
enum frame rf_read_frame(const struct rf_channel *c, uint64_t s, struct rf_message *message);

/* Whether all of what was read fits. */
enum fit { FITS, IS_VOID, IS_TOO_LONG, IS_CORRUPT };
enum fit rf_fit(const struct rf_channel *c, const struct rf_message *message);

#endif
