/* Where does each word of the layout stand, and how is one touched? The tables and "Order" of core/LAYOUT.md. */
#ifndef WORDS_H
#define WORDS_H

#include <endian.h>
#include <stdatomic.h>
#include <stdint.h>

#include "ramframe.h"

enum { MAGIC = 0, VERSION = 4, GENERATION = 8, FIRST_EPOCH = 12, REQUIRED = 16, OPTIONAL = 20 };
enum { LINE = 24, EXTENT = 52 }; /* between the two: struct rf_geometry, word by word */
enum { CONSTANTS = 128, HEADER = 16, SESSION = CONSTANTS };
enum { EPOCH = 0, CLOSED = 4, NOTIFY_SEQ = 8, SENDER_WAITING = 12, SENDER_NOTIFIES = 16 };
enum { CONSUMED = 0, ATTACH_COUNT = 4, DETACHED_AT = 8, DISCARDING = 12, DISCARDED_FROM = 16, RECEIVER_NOTIFIES = 24 };
enum { STAMP = 0, LENGTH = 8, PAYLOAD = 16 };

static const uint32_t RAMF = 0x464D4152, NO_COPY = UINT32_MAX, VOID_FRAME = UINT32_MAX;
enum { COUNT_BITS = 21, TRIES = 4 };
static const uint32_t COUNT = (UINT32_C(1) << COUNT_BITS) - 1;

static inline uint64_t head_line(const struct rf_channel *c) { return SESSION + (uint64_t)c->geometry.line; }
static inline uint64_t requests(const struct rf_channel *c) { return SESSION + 2 * (uint64_t)c->geometry.line; }
static inline uint64_t seat_line(const struct rf_channel *c, uint32_t r) {
    return SESSION + (3 + (uint64_t)r) * c->geometry.line;
}
static inline uint64_t slot(const struct rf_channel *c, uint64_t s) {
    return c->geometry.slots_at + (s & (c->geometry.slots - 1)) * c->geometry.stride;
}

static inline uint32_t low(uint64_t value) { return (uint32_t)(value & UINT32_MAX); }
static inline uint32_t high(uint64_t value) { return (uint32_t)(value >> 32); }
static inline uint64_t writing(uint64_t s) { return 2 * s + 1; }
static inline uint64_t published(uint64_t s) { return 2 * s + 2; }

static inline void acquire(void) { atomic_thread_fence(memory_order_acquire); }
static inline void release(void) { atomic_thread_fence(memory_order_release); }
static inline void sequential(void) { atomic_thread_fence(memory_order_seq_cst); }

/* Control words: 32 bits. */
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

/* Pairs, of frames: the first word is the low half. RF_NARROW: as a 32-bit machine does it. */
#if UINTPTR_MAX > UINT32_MAX && !defined RF_NARROW
static inline _Atomic uint64_t *wide(const struct rf_channel *c, uint64_t at) { return (void *)(c->base + at); }
static inline uint64_t load_pair(const struct rf_channel *c, uint64_t at) {
    return le64toh(atomic_load_explicit(wide(c, at), memory_order_relaxed));
}
static inline void store_pair(const struct rf_channel *c, uint64_t at, uint64_t value) {
    atomic_store_explicit(wide(c, at), htole64(value), memory_order_relaxed);
}
static inline void store_pair_release(const struct rf_channel *c, uint64_t at, uint64_t value) {
    atomic_store_explicit(wide(c, at), htole64(value), memory_order_release);
}
#else
static inline uint64_t load_pair(const struct rf_channel *c, uint64_t at) {
    uint32_t first = load(c, at);
    acquire();
    return (uint64_t)load(c, at + 4) << 32 | first;
}
static inline void store_pair(const struct rf_channel *c, uint64_t at, uint64_t value) {
    store(c, at + 4, high(value));
    store(c, at, low(value));
}
static inline void store_pair_release(const struct rf_channel *c, uint64_t at, uint64_t value) {
    store(c, at + 4, high(value));
    store_release(c, at, low(value));
}
#endif

/* Tagged words. */
static inline uint32_t tagged(const struct rf_channel *c, uint32_t count) {
    return c->generation << COUNT_BITS | (count & COUNT);
}
/* False: the tag is foreign, and the word says nothing. */
static inline bool count_in(const struct rf_channel *c, uint64_t at, uint32_t *count) {
    uint32_t value = load(c, at);
    *count = value & COUNT;
    return value == tagged(c, *count);
}
static inline bool owns(const struct rf_channel *c, uint32_t epoch) {
    return epoch - c->first_epoch < UINT32_C(1) << 31;
}

/* The epoch after this one: no sender has 0. */
static inline uint32_t next_epoch(uint32_t epoch) { return epoch + 1 ? epoch + 1 : 1; }
/* The epoch of this generation's newest sender; false if there was none. */
static inline bool sender_epoch(const struct rf_channel *c, uint32_t *epoch) {
    *epoch = load(c, SESSION + EPOCH);
    acquire(); /* epoch */
    return owns(c, *epoch);
}

#endif
