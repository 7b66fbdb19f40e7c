/* Where does each word of the layout stand, and how is one touched? The tables and "Order" of core/LAYOUT.md. */
#ifndef WORDS_H
#define WORDS_H

#include <endian.h>
#include <stdatomic.h>
#include <stdint.h>

#include "ramframe.h"

enum { MAGIC = 0, VERSION = 4, LINE = 8, POLICY = 12, SLOTS = 16, STRIDE = 20, CAPACITY = 24, RECEIVERS = 28, FORMATTED = 32 };
enum { CONSTANTS = 64, HEADER = 16 };
enum { EPOCH = 0, CLOSED = 4, BELL = 8, SENDER_ASLEEP = 12 };
enum { TAKEN = 0, JOINED = 4, DROPPING = 8, DROPPED_FROM = 12, DROPPED_FROM_HIGH = 16, LEFT = 20 };
enum { STAMP_LOW = 0, STAMP_HIGH = 4, LENGTH = 8, FRAME_EPOCH = 12, PAYLOAD = 16 };

static const uint32_t RAMF = 0x464D4152;

static inline uint64_t session(const struct rf_channel *c) { return c->line > CONSTANTS ? c->line : CONSTANTS; }
static inline uint64_t head_line(const struct rf_channel *c) { return session(c) + c->line; }
static inline uint64_t asks(const struct rf_channel *c) { return session(c) + 2 * (uint64_t)c->line; }
static inline uint64_t seat_line(const struct rf_channel *c, uint32_t r) { return session(c) + (3 + (uint64_t)r) * c->line; }
static inline uint64_t slot(const struct rf_channel *c, uint64_t s) {
    return seat_line(c, c->receivers) + (s & (c->slots - 1)) * c->stride;
}

static inline uint32_t low(uint64_t value) { return (uint32_t)(value & UINT32_MAX); }
static inline uint32_t high(uint64_t value) { return (uint32_t)(value >> 32); }
static inline uint64_t writing(uint64_t s) { return 2 * s + 1; }
static inline uint64_t published(uint64_t s) { return 2 * s + 2; }

static inline _Atomic uint32_t *word(const struct rf_channel *c, uint64_t at) { return (void *)(c->base + at); }
static inline uint32_t load(const struct rf_channel *c, uint64_t at) {
    return le32toh(atomic_load_explicit(word(c, at), memory_order_relaxed));
}
static inline void store(const struct rf_channel *c, uint64_t at, uint32_t value) {
    atomic_store_explicit(word(c, at), htole32(value), memory_order_relaxed);
}
static inline void store_release(const struct rf_channel *c, uint64_t at, uint32_t value) {
    atomic_store_explicit(word(c, at), htole32(value), memory_order_release);
}
static inline void acquire(void) { atomic_thread_fence(memory_order_acquire); }
static inline void release(void) { atomic_thread_fence(memory_order_release); }
static inline void sequential(void) { atomic_thread_fence(memory_order_seq_cst); }

#endif
