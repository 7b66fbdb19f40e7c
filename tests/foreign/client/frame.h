/* How do a message's bytes get into a slot and out of it? */
#ifndef FRAME_H
#define FRAME_H

#include "words.h"

/* By words of 8 bytes, relaxed, as the other side may race: beyond the payload's end at most to the slot's. */
void rf_copy_in(const struct rf_channel *c, uint64_t at, const void *from, uint32_t length);
void rf_copy_out(const struct rf_channel *c, uint64_t at, void *to, uint32_t length);

/* Receives message `s` without taking it. */
enum frame { FRAME_RECEIVED, FRAME_ABSENT, FRAME_LAPPED, FRAME_CORRUPT, FRAME_TOO_LONG };
enum frame rf_read_frame(const struct rf_channel *c, uint64_t s, struct rf_message *message);

#endif
