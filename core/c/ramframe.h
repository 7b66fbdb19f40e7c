/*
 * ramframe.h: messages through memory that two sides can see, in one header of C11 (and C++17).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * This header speaks wire version 2, which core/LAYOUT.md specifies. It needs no library and no operating system: it allocates
 * nothing, takes no lock, and uses no compare-and-swap. The other side may be this header, the Rust crate ramframe-core, or the
 * program `host`.
 *
 * A channel carries messages from one sender to one or more receivers, in one of two policies:
 *
 *   overwrite     The sender never waits. A slow receiver loses messages, and learns how many.
 *   backpressure  The sender waits for room. Each of the receivers gets every message.
 *
 * A short use, on memory that both sides see:
 *
 *   struct ramframe_geometry g = ramframe_backpressure(8, 48, 1);       // 8 slots of 48 bytes, 1 receiver
 *   ramframe_format(memory, length, &g, 0, NULL);                       // one side does it, once
 *
 *   struct ramframe_channel c;                                          // the sending side
 *   struct ramframe_sender s;
 *   if (ramframe_read(memory, length, &c) == 0 && ramframe_attach_sender(&s, &c, NULL) == 0)
 *       ramframe_try_send(&s, "CIEPLO", 6);
 *
 *   struct ramframe_receiver r;                                         // the receiving side
 *   struct ramframe_event e;
 *   unsigned char buffer[48];
 *   if (ramframe_read(memory, length, &c) == 0 && ramframe_attach_receiver(&r, &c, 0, NULL) == 0 &&
 *       ramframe_try_recv(&r, buffer, sizeof buffer, &e) == RAMFRAME_MESSAGE)
 *       use(buffer, e.length);
 *
 * Results. A function that returns `int` returns 0 or an event, which is above 0, where it did its work. It returns a code
 * below 0, named RAMFRAME_E_..., where it failed. ramframe_strerror() has words for all of them.
 *
 * What can change under you. The other side may store to the memory at any time, and may be wrong or hostile. So this header
 * checks the constants once, keeps copies, and uses only these. Whatever bytes stand in the memory, a step makes a bounded
 * number of accesses, all inside of the length that you gave. The region may also be formatted again: then each step says
 * RAMFRAME_E_REFORMATTED in the end, and you call ramframe_read() and attach again.
 *
 * Threads. One thread at a time may use a sender or a receiver. A channel has one sender at a time, and a backpressure channel
 * one receiver for each index. The program must ensure that (on Linux the second part of this header does).
 *
 * Ports. Each access to shared memory goes through the macros of section 1. A program that defines one of them before it
 * includes this header replaces it. Define RAMFRAME_LINUX for the second part, which shares channels with the program `host`.
 * Compilers may call memcpy for copies of this header's own structures, as gcc does at -Os for a Cortex-M0+: they demand it of
 * every freestanding program. It is never called for shared memory.
 */
#ifndef RAMFRAME_H
#define RAMFRAME_H

#if defined RAMFRAME_LINUX && !defined _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1 /* System V IPC and syscall(), under -std=c11 too; so include this header first */
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef RAMFRAME_LINUX
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- 1. The port: what a program may replace ------------------------------------------------------------------------- */

/* A word of 32 bits and a pair of words. A program may declare the memory as any type. */
typedef uint32_t __attribute__((__may_alias__)) ramframe_word;
typedef uint64_t __attribute__((__may_alias__)) ramframe_pair;

/* Whether this machine has atomic loads and stores of 64 bits: frames are then accessed in pairs, otherwise word by word. The two
 * sides may differ. */
#ifndef RAMFRAME_WIDE
#define RAMFRAME_WIDE (UINTPTR_MAX > UINT32_MAX)
#endif

/* One access each, relaxed or release, of an aligned word or pair in its byte order in memory. A program replaces all six. */
#ifndef RAMFRAME_LOAD
#define RAMFRAME_LOAD(word) __atomic_load_n((word), __ATOMIC_RELAXED)
#define RAMFRAME_STORE(word, value) __atomic_store_n((word), (value), __ATOMIC_RELAXED)
#define RAMFRAME_STORE_RELEASE(word, value) __atomic_store_n((word), (value), __ATOMIC_RELEASE)
#define RAMFRAME_LOAD_PAIR(pair) __atomic_load_n((pair), __ATOMIC_RELAXED)
#define RAMFRAME_STORE_PAIR(pair, value) __atomic_store_n((pair), (value), __ATOMIC_RELAXED)
#define RAMFRAME_STORE_PAIR_RELEASE(pair, value) __atomic_store_n((pair), (value), __ATOMIC_RELEASE)
#endif

/* Fences, each for the processor and the compiler. A program replaces all three. */
#ifndef RAMFRAME_FENCE_ACQUIRE
#define RAMFRAME_FENCE_ACQUIRE() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define RAMFRAME_FENCE_RELEASE() __atomic_thread_fence(__ATOMIC_RELEASE)
#define RAMFRAME_FENCE_SEQ_CST() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

/* Caches that do not cohere. RAMFRAME_CLEAN writes `length` bytes from `first` on back to memory. RAMFRAME_INVALIDATE discards
 * the cached copy of them. Both act on whole lines, which must not be longer than the channel's, and are barriers. */
#ifndef RAMFRAME_CLEAN
#define RAMFRAME_CLEAN(first, length) ((void)(first), (void)(length))
#define RAMFRAME_INVALIDATE(first, length) ((void)(first), (void)(length))
#endif

/* Copies of `length` bytes between a slot and the program's own buffer, in accesses like the above and of the width of pairs. A
 * replacement may use vector instructions that the compiler does not see into, and never memcpy. It may store zeros behind the
 * payload, up to a multiple of 8 bytes. */
#ifndef RAMFRAME_COPY_IN
#define RAMFRAME_COPY_IN(slot, bytes, length) ramframe_copy_in_((slot), (bytes), (length))
#define RAMFRAME_COPY_OUT(bytes, slot, length) ramframe_copy_out_((bytes), (slot), (length))
#endif

/* One turn of a loop that waits for the other side. */
#ifndef RAMFRAME_SPIN
#define RAMFRAME_SPIN() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#endif

/* How a side waits, and wakes the other. A null pointer in place of this structure stands for a side that polls and never
 * notifies. The structure must live as long as what was attached with it. */
struct ramframe_wait {
    /* RAMFRAME_SILENT, or RAMFRAME_ANSWERS, RAMFRAME_UNREQUESTED or both. The other side reads it in the channel. */
    uint32_t notifies;
    /* Returns when the word at `word` no longer holds `seen` (as it stands in memory), when the other side notifies, or at any
     * time before. It must have a time limit. */
    void (*wait)(void *context, const ramframe_word *word, uint32_t seen);
    /* Waits a little, for a side that nobody will notify. */
    void (*poll)(void *context);
    /* Wakes whoever waits on `word`. Never called with RAMFRAME_SILENT. */
    void (*notify)(void *context, const ramframe_word *word);
    void *context;
    /* Makes every core that runs the other side execute a full fence, and returns whether it did. Null where nothing can. */
    bool (*fence_all)(void *context);
};

/* RAMFRAME_SILENT: never notifies, and the other side polls. RAMFRAME_ANSWERS: notifies when the other side requests it, which costs
 * a full fence for each message. RAMFRAME_UNREQUESTED: notifies after each message, whether anybody waits or not. The last one is
 * internal: another side stores it in place of RAMFRAME_ANSWERS while it makes no fence. Do not put it in `notifies`. */
enum { RAMFRAME_SILENT = 0, RAMFRAME_ANSWERS = 1, RAMFRAME_UNREQUESTED = 2, RAMFRAME_ANSWERS_UNFENCED_ = 4 };

/* ---- 2. Results ------------------------------------------------------------------------------------------------------- */

enum {
    RAMFRAME_OK = 0,
    RAMFRAME_EMPTY = 0, /* no message yet */

    /* Events of a receive. */
    RAMFRAME_MESSAGE = 1,       /* a message; the event has its sequence, length and epoch */
    RAMFRAME_LAGGED = 2,        /* `lagged` messages are lost, and the next receive goes on behind them */
    RAMFRAME_PROGRESS_LOST = 3, /* how far the receiver before came is not known; this one goes on with the next message */
    RAMFRAME_RESTARTED = 4,     /* another sender goes on from here */
    RAMFRAME_CLOSED = 5,        /* the sender closed, and everything that it sent was received */
    RAMFRAME_BUSY = 6,          /* the sender overtook each attempt; receive again */
    RAMFRAME_REMOVED = 7,       /* Linux: the segment was removed, and nobody sends there any more; close, and open again */

    RAMFRAME_AGAIN_ = 100, /* inside of this header: look again */

    /* Errors of a step. */
    RAMFRAME_E_FULL = -1,             /* each slot holds a message that a receiver has not received; `slowest` says which */
    RAMFRAME_E_TOO_LONG = -2,         /* a message longer than `capacity`, or than the buffer of a receive: it stays */
    RAMFRAME_E_REFORMATTED = -3,      /* the region was formatted, or is being formatted: read and attach again */
    RAMFRAME_E_CORRUPT_HEAD = -4,     /* the head does not name the newest message */
    RAMFRAME_E_CORRUPT_STAMP = -5,    /* a slot's stamp is of no message that could be there */
    RAMFRAME_E_CORRUPT_LENGTH = -6,   /* a frame is longer than its slot; ramframe_skip() passes over it */
    RAMFRAME_E_CORRUPT_CONSUMED = -7, /* a receiver claims messages that are not in the channel */

    /* Errors of ramframe_read, of a format, and of attaching. */
    RAMFRAME_E_UNFORMATTED = -8,       /* no channel yet, or it is being formatted: try again later */
    RAMFRAME_E_FOREIGN = -9,           /* another program's memory: store nothing there */
    RAMFRAME_E_VERSION = -10,          /* a channel of another version of the wire */
    RAMFRAME_E_FEATURES = -11,         /* a channel that requires features which this header does not have */
    RAMFRAME_E_GEOMETRY = -12,         /* sizes that no channel may have */
    RAMFRAME_E_TOO_SMALL = -13,        /* the region is shorter than the channel */
    RAMFRAME_E_ALIGNMENT = -14,        /* the region does not begin at a multiple of 8 bytes */
    RAMFRAME_E_MOVES_PLACES = -15,     /* a format that would move what an attached side may still store to */
    RAMFRAME_E_POLICY = -16,           /* a channel of the other policy */
    RAMFRAME_E_NO_SUCH_RECEIVER = -17, /* the index is not below `receivers` */
    RAMFRAME_E_BUSY = -18,             /* the sender overtook each attempt to find the head: try again */
    RAMFRAME_E_PROGRESS_LOST = -19,    /* of a reclaim: only the next receiver can tell it, and free the sender */

    /* Errors of the part for Linux. */
    RAMFRAME_E_SYSTEM = -20,      /* a system call failed: `errno` says why */
    RAMFRAME_E_TAKEN = -21,       /* another process sends, or all receivers are there */
    RAMFRAME_E_UNTRUSTED = -22,   /* the segment or the set is another user's or program's, or others may write it */
    RAMFRAME_E_OTHER = -23,       /* the key has a channel of another policy, or other sizes, than was wanted */
    RAMFRAME_E_LOST = -24,        /* the lock of this side is gone, or this is a fork of its process: nothing was stored */
    RAMFRAME_E_TIMEOUT = -25,     /* the time is over */
    RAMFRAME_E_NOT_DEAD = -26     /* of a reclaim: the receiver lives, has left in good order, or never came */
};

/* What ramframe_try_recv and its like found. Only what belongs to the returned event is set. */
struct ramframe_event {
    uint64_t sequence; /* of RAMFRAME_MESSAGE: 0 for the first message of a generation */
    uint64_t lagged;   /* of RAMFRAME_LAGGED: the number of messages that are lost */
    uint32_t length;   /* of RAMFRAME_MESSAGE, and of RAMFRAME_E_TOO_LONG: the message's length in bytes */
    uint32_t epoch;    /* of RAMFRAME_MESSAGE: which incarnation of the sender sent it */
};

/* ramframe_strerror: words for a result: a constant string in English, never a null pointer. Costs no access to shared memory. */
static inline const char *ramframe_strerror(int result) {
    static const char *const events[] = {"done, or no message yet", "a message", "messages are lost",
        "the receiver's progress is lost", "the sender restarted", "the sender closed", "the sender overtook each attempt",
        "the segment was removed"};
    static const char *const errors[] = {"the channel is full", "the message is too long",
        "the channel was formatted again: attach again", "the head does not name the newest message",
        "a slot's stamp belongs to no message that could be there", "a frame is longer than its slot",
        "a receiver claims messages that are not in the channel", "no channel yet, or it is being formatted",
        "the memory is another program's", "the channel has another version", "the channel requires unknown features",
        "the sizes are out of range", "the region is too small", "the region is not aligned to 8 bytes",
        "the format would move what others may store to", "the channel has the other policy", "there is no such receiver",
        "the sender overtook each attempt: try again", "the progress is lost: the next receiver must tell it",
        "a system call failed", "another process has this place", "the segment or its semaphores are not to be trusted",
        "the key has another channel than the one wanted", "this side's lock is gone", "the time is over", "the receiver is not dead"};
    if (result >= 0)
        return result <= RAMFRAME_REMOVED ? events[result] : "unknown result";
    return result >= RAMFRAME_E_NOT_DEAD ? errors[-(result + 1)] : "unknown error";
}

/* ---- 3. The channel --------------------------------------------------------------------------------------------------- */

enum { RAMFRAME_OVERWRITE = 1, RAMFRAME_BACKPRESSURE = 2 };

/* The sizes of a channel, as core/LAYOUT.md names them. */
struct ramframe_geometry {
    uint32_t line;      /* bytes of a cache line: 32, 64 or 128; at least the longest line of each side */
    uint32_t policy;    /* RAMFRAME_OVERWRITE or RAMFRAME_BACKPRESSURE */
    uint32_t slots;     /* a power of two, from 2 to 2^20 */
    uint32_t stride;    /* bytes from slot to slot, a multiple of `line` */
    uint32_t capacity;  /* bytes of the longest message */
    uint32_t receivers; /* 0 under overwrite, otherwise 1 to 32 */
    uint32_t slots_at;  /* offset of the first slot, a multiple of `line` */
};

/* A region that was read and checked. The numbers are this side's own copies: nothing that the region says later moves an
 * access. Copy it freely. */
struct ramframe_channel {
    unsigned char *base;
    size_t length;
    struct ramframe_geometry geometry;
    uint32_t generation, first_epoch;
};

/* A sender. Fields to read: `next`, the sequence of the next message; `epoch`; `slowest`, the receiver that made RAMFRAME_E_FULL
 * or RAMFRAME_E_CORRUPT_CONSUMED. Everything else is this header's own. */
struct ramframe_sender {
    struct ramframe_channel channel;
    const struct ramframe_wait *wait;
    uint64_t next;
    uint32_t epoch, slowest;
    uint32_t notify_count, room;
};

/* A receiver. Fields to read: `next`, the sequence of the next message; `index`. Everything else is this header's own. */
struct ramframe_receiver {
    struct ramframe_channel channel;
    const struct ramframe_wait *wait;
    uint64_t next;
    uint64_t gap; /* messages discarded for this receiver, until one behind them is received */
    uint32_t index, epoch;
    bool sender_seen, told_closed, has_gap, told_gap, progress_lost;
    bool read_only;
};

/* Offsets and numbers of the wire: of the constants, the session, a receiver's line, and a frame. */
enum { RAMFRAME_MAGIC_ = 0, RAMFRAME_VERSION_ = 4, RAMFRAME_GENERATION_ = 8, RAMFRAME_FIRST_EPOCH_ = 12, RAMFRAME_REQUIRED_ = 16 };
enum { RAMFRAME_OPTIONAL_ = 20, RAMFRAME_LINE_ = 24, RAMFRAME_EXTENT_ = 52, RAMFRAME_NAME_ = 64, RAMFRAME_CONSTANTS_ = 128 };
enum { RAMFRAME_NAME_LENGTH = 24 }; /* bytes of the longest name */
enum { RAMFRAME_SESSION_ = 128, RAMFRAME_EPOCH_ = 128, RAMFRAME_CLOSED_ = 132, RAMFRAME_NOTIFY_SEQ_ = 136 };
enum { RAMFRAME_SENDER_WAITING_ = 140, RAMFRAME_SENDER_NOTIFIES_ = 144 };
enum { RAMFRAME_CONSUMED_ = 0, RAMFRAME_ATTACH_COUNT_ = 4, RAMFRAME_DETACHED_AT_ = 8, RAMFRAME_DISCARDING_ = 12 };
enum { RAMFRAME_DISCARDED_FROM_ = 16, RAMFRAME_RECEIVER_NOTIFIES_ = 24, RAMFRAME_LOCK_SET_ = 32 };
enum { RAMFRAME_LENGTH_ = 8, RAMFRAME_HEADER_ = 16, RAMFRAME_PAYLOAD_ = 16 };
enum { RAMFRAME_MAX_RECEIVERS_ = 32, RAMFRAME_TAG_BITS_ = 11, RAMFRAME_COUNT_BITS_ = 21, RAMFRAME_TRIES_ = 4, RAMFRAME_LOOKS_ = 5 };
#define RAMFRAME_RAMF_ UINT32_C(0x464D4152)
#define RAMFRAME_COUNT_MASK_ ((UINT32_C(1) << RAMFRAME_COUNT_BITS_) - 1)
#define RAMFRAME_VOID_ UINT32_MAX
#define RAMFRAME_LAST_SEQUENCE_ ((UINT64_C(1) << 63) - 2)
#define RAMFRAME_EPOCHS_ (UINT32_C(1) << 31)

static inline uint32_t ramframe_low_(uint64_t value) { return (uint32_t)(value & UINT32_MAX); }
static inline uint32_t ramframe_high_(uint64_t value) { return (uint32_t)(value >> 32); }
static inline uint64_t ramframe_join_(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }
static inline uint32_t ramframe_min_(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Does `step`, and returns its result from the function around it unless that is 0. */
#define RAMFRAME_TRY_(step) \
    do { int result_ = (step); if (result_ != RAMFRAME_OK) return result_; } while (0)

/* The wire is little-endian. */
#define RAMFRAME_BIG_ (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
static inline uint32_t ramframe_order_(uint32_t word) { return RAMFRAME_BIG_ ? __builtin_bswap32(word) : word; }
static inline uint64_t ramframe_order_pair_(uint64_t pair) { return RAMFRAME_BIG_ ? __builtin_bswap64(pair) : pair; }

/* Where things stand. After the check of the constants each sum fits a size_t. */
static inline size_t ramframe_head_line_(const struct ramframe_channel *c) { return RAMFRAME_SESSION_ + (size_t)c->geometry.line; }
static inline size_t ramframe_requests_(const struct ramframe_channel *c) { return RAMFRAME_SESSION_ + 2 * (size_t)c->geometry.line; }
static inline size_t ramframe_receiver_line_(const struct ramframe_channel *c, uint32_t index) {
    return RAMFRAME_SESSION_ + (3 + (size_t)index) * c->geometry.line;
}
static inline size_t ramframe_slot_(const struct ramframe_channel *c, uint64_t sequence) {
    size_t slot = (size_t)(sequence & (c->geometry.slots - 1));
    return c->geometry.slots_at + slot * c->geometry.stride;
}

/* Control words. A load discards the cached copy first, a store is written back at once. */
static inline ramframe_word *ramframe_word_at_(const struct ramframe_channel *c, size_t at) { return (ramframe_word *)(uintptr_t)(c->base + at); }
static inline uint32_t ramframe_load_(const struct ramframe_channel *c, size_t at) {
    RAMFRAME_INVALIDATE(c->base + at, (size_t)4);
    return ramframe_order_(RAMFRAME_LOAD(ramframe_word_at_(c, at)));
}
static inline void ramframe_store_(const struct ramframe_channel *c, size_t at, uint32_t value) {
    RAMFRAME_STORE(ramframe_word_at_(c, at), ramframe_order_(value));
    RAMFRAME_CLEAN(c->base + at, (size_t)4);
}
static inline void ramframe_store_release_(const struct ramframe_channel *c, size_t at, uint32_t value) {
    RAMFRAME_STORE_RELEASE(ramframe_word_at_(c, at), ramframe_order_(value));
    RAMFRAME_CLEAN(c->base + at, (size_t)4);
}

/* Pairs, of frames: the first word is the low half. */
#if RAMFRAME_WIDE
typedef uint64_t ramframe_unit_;
static inline ramframe_pair *ramframe_pair_at_(const struct ramframe_channel *c, size_t at) { return (ramframe_pair *)(uintptr_t)(c->base + at); }
static inline uint64_t ramframe_load_pair_(const struct ramframe_channel *c, size_t at) {
    RAMFRAME_INVALIDATE(c->base + at, (size_t)8);
    return ramframe_order_pair_(RAMFRAME_LOAD_PAIR(ramframe_pair_at_(c, at)));
}
static inline void ramframe_put_pair_(const struct ramframe_channel *c, size_t at, uint64_t value) {
    RAMFRAME_STORE_PAIR(ramframe_pair_at_(c, at), ramframe_order_pair_(value));
}
static inline void ramframe_store_pair_release_(const struct ramframe_channel *c, size_t at, uint64_t value) {
    RAMFRAME_STORE_PAIR_RELEASE(ramframe_pair_at_(c, at), ramframe_order_pair_(value));
    RAMFRAME_CLEAN(c->base + at, (size_t)8);
}
#define RAMFRAME_LOAD_UNIT_(at) ramframe_order_pair_(RAMFRAME_LOAD_PAIR((ramframe_pair *)(uintptr_t)(at)))
#define RAMFRAME_STORE_UNIT_(at, value) RAMFRAME_STORE_PAIR((ramframe_pair *)(uintptr_t)(at), ramframe_order_pair_(value))
#else
typedef uint32_t ramframe_unit_;
static inline uint64_t ramframe_load_pair_(const struct ramframe_channel *c, size_t at) {
    RAMFRAME_INVALIDATE(c->base + at, (size_t)8);
    uint32_t first = ramframe_order_(RAMFRAME_LOAD(ramframe_word_at_(c, at)));
    RAMFRAME_FENCE_ACQUIRE(); /* pair */
    return ramframe_join_(first, ramframe_order_(RAMFRAME_LOAD(ramframe_word_at_(c, at + 4))));
}
static inline void ramframe_put_pair_(const struct ramframe_channel *c, size_t at, uint64_t value) {
    RAMFRAME_STORE(ramframe_word_at_(c, at + 4), ramframe_order_(ramframe_high_(value)));
    RAMFRAME_STORE(ramframe_word_at_(c, at), ramframe_order_(ramframe_low_(value)));
}
static inline void ramframe_store_pair_release_(const struct ramframe_channel *c, size_t at, uint64_t value) {
    RAMFRAME_STORE(ramframe_word_at_(c, at + 4), ramframe_order_(ramframe_high_(value)));
    RAMFRAME_STORE_RELEASE(ramframe_word_at_(c, at), ramframe_order_(ramframe_low_(value)));
    RAMFRAME_CLEAN(c->base + at, (size_t)8);
}
#define RAMFRAME_LOAD_UNIT_(at) ramframe_order_(RAMFRAME_LOAD((ramframe_word *)(uintptr_t)(at)))
#define RAMFRAME_STORE_UNIT_(at, value) RAMFRAME_STORE((ramframe_word *)(uintptr_t)(at), ramframe_order_(value))
#endif
static inline void ramframe_store_pair_(const struct ramframe_channel *c, size_t at, uint64_t value) {
    ramframe_put_pair_(c, at, value);
    RAMFRAME_CLEAN(c->base + at, (size_t)8);
}

/* The usual copies. A unit's bytes are little-endian on every machine; compilers make one access of the loop. */
static inline ramframe_unit_ ramframe_gather_(const unsigned char *bytes, uint32_t count) {
    ramframe_unit_ unit = 0;
    for (uint32_t i = 0; i < count; i++)
        unit |= (ramframe_unit_)bytes[i] << (8 * i);
    return unit;
}
static inline void ramframe_scatter_(unsigned char *bytes, ramframe_unit_ unit, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)(unit >> (8 * i) & 0xFF);
}
static inline void ramframe_copy_in_(unsigned char *slot, const void *from, uint32_t length) {
    const unsigned char *bytes = (const unsigned char *)from;
    const uint32_t size = (uint32_t)sizeof(ramframe_unit_);
    uint32_t done = 0;
    for (; length - done >= size; done += size)
        RAMFRAME_STORE_UNIT_(slot + done, ramframe_gather_(bytes + done, size));
    if (done < length)
        RAMFRAME_STORE_UNIT_(slot + done, ramframe_gather_(bytes + done, length - done));
}
static inline void ramframe_copy_out_(void *to, const unsigned char *slot, uint32_t length) {
    unsigned char *bytes = (unsigned char *)to;
    const uint32_t size = (uint32_t)sizeof(ramframe_unit_);
    uint32_t done = 0;
    for (; length - done >= size; done += size)
        ramframe_scatter_(bytes + done, RAMFRAME_LOAD_UNIT_(slot + done), size);
    if (done < length)
        ramframe_scatter_(bytes + done, RAMFRAME_LOAD_UNIT_(slot + done), length - done);
}

/* Tagged words, and epochs. */
static inline uint32_t ramframe_tag_(uint32_t generation, uint32_t count) {
    return generation << RAMFRAME_COUNT_BITS_ | (count & RAMFRAME_COUNT_MASK_);
}
static inline bool ramframe_own_count_(const struct ramframe_channel *c, size_t at, uint32_t *count) {
    uint32_t word = ramframe_load_(c, at);
    *count = word & RAMFRAME_COUNT_MASK_;
    return word == ramframe_tag_(c->generation, *count);
}
static inline bool ramframe_owns_(const struct ramframe_channel *c, uint32_t epoch) { return epoch - c->first_epoch < RAMFRAME_EPOCHS_; }
static inline uint32_t ramframe_next_epoch_(uint32_t epoch) { return epoch == UINT32_MAX ? 1 : epoch + 1; }
static inline bool ramframe_sender_epoch_(const struct ramframe_channel *c, uint32_t *epoch) {
    *epoch = ramframe_load_(c, RAMFRAME_EPOCH_);
    RAMFRAME_FENCE_ACQUIRE(); /* epoch */
    return ramframe_owns_(c, *epoch);
}

static inline uint64_t ramframe_control_end_(const struct ramframe_geometry *g) {
    return RAMFRAME_SESSION_ + (3 + (uint64_t)g->receivers) * g->line;
}

static inline struct ramframe_geometry ramframe_geometry_(uint32_t policy, uint32_t slots, uint32_t capacity, uint32_t receivers,
                                                          uint32_t line) {
    uint64_t stride = ((uint64_t)capacity + RAMFRAME_HEADER_ + line - 1) / line * line;
    uint32_t checked = stride > UINT32_MAX ? 0 : (uint32_t)stride;
    struct ramframe_geometry g = {line, policy, slots, checked, capacity, receivers, 0};
    g.slots_at = ramframe_low_(ramframe_control_end_(&g));
    return g;
}

/* ramframe_overwrite, ramframe_backpressure: the usual sizes of a channel, with lines of 64 bytes and the slots right behind the
 * control lines. `slots`: a power of two. `capacity`: bytes of the longest message. `receivers`: 1 to 32.
 *
 * Nothing is checked here: ramframe_format() does it. For another line size use ramframe_with_line(). Costs no access. */
static inline struct ramframe_geometry ramframe_overwrite(uint32_t slots, uint32_t capacity) {
    return ramframe_geometry_(RAMFRAME_OVERWRITE, slots, capacity, 0, 64);
}
static inline struct ramframe_geometry ramframe_backpressure(uint32_t slots, uint32_t capacity, uint32_t receivers) {
    return ramframe_geometry_(RAMFRAME_BACKPRESSURE, slots, capacity, receivers, 64);
}

/* ramframe_with_line: the same channel for lines of 32, 64 or 128 bytes: the longest cache line of either side. Other numbers give
 * a geometry that a format refuses. */
static inline struct ramframe_geometry ramframe_with_line(struct ramframe_geometry g, uint32_t line) {
    return ramframe_geometry_(g.policy, g.slots, g.capacity, g.receivers, line == 0 ? 1 : line);
}

/* ramframe_size: the bytes of memory that a channel of these sizes takes. Give the region at least as many, at an address that is a
 * multiple of 8, and better of `line`. */
static inline uint64_t ramframe_size(const struct ramframe_geometry *g) { return g->slots_at + (uint64_t)g->slots * g->stride; }

static inline bool ramframe_between_(uint32_t least, uint32_t value, uint32_t most) { return least <= value && value <= most; }

static inline bool ramframe_power_of_two_(uint32_t value) { return value != 0 && (value & (value - 1)) == 0; }

static inline bool ramframe_in_range_(const struct ramframe_geometry *g) {
    bool is_lossless = g->policy == RAMFRAME_BACKPRESSURE;
    return (is_lossless || g->policy == RAMFRAME_OVERWRITE) &&
           ramframe_between_(is_lossless ? 1 : 0, g->receivers, is_lossless ? RAMFRAME_MAX_RECEIVERS_ : 0) &&
           ramframe_between_(32, g->line, 128) && ramframe_power_of_two_(g->line) &&
           ramframe_between_(2, g->slots, UINT32_C(1) << 20) && ramframe_power_of_two_(g->slots) &&
           ramframe_between_(g->line, g->stride, UINT32_C(1) << 30) && g->stride % g->line == 0 &&
           ramframe_between_(1, g->capacity, g->stride - RAMFRAME_HEADER_) && g->slots_at >= ramframe_control_end_(g) &&
           g->slots_at <= UINT32_C(1) << 30 && g->slots_at % g->line == 0;
}

/* ramframe_check: whether a channel of these sizes may be, in a region of `length` bytes. Returns 0, RAMFRAME_E_GEOMETRY or
 * RAMFRAME_E_TOO_SMALL. Costs no access. */
static inline int ramframe_check(const struct ramframe_geometry *g, size_t length) {
    if (!ramframe_in_range_(g))
        return RAMFRAME_E_GEOMETRY;
    return ramframe_size(g) > length ? RAMFRAME_E_TOO_SMALL : RAMFRAME_OK;
}

static inline int ramframe_region_(struct ramframe_channel *c, void *base, size_t length) {
    c->base = (unsigned char *)base;
    c->length = length;
    c->generation = 0;
    c->first_epoch = 0;
    if (length < RAMFRAME_CONSTANTS_)
        return RAMFRAME_E_TOO_SMALL;
    return (uintptr_t)base % 8 == 0 ? RAMFRAME_OK : RAMFRAME_E_ALIGNMENT;
}

/* Loads the constants, each word once, into `g`. */
static inline int ramframe_load_constants_(const struct ramframe_channel *c, struct ramframe_geometry *g) {
    uint32_t *const words[] = {&g->line, &g->policy, &g->slots, &g->stride, &g->capacity, &g->receivers, &g->slots_at};
    uint32_t version = ramframe_load_(c, RAMFRAME_VERSION_), required = ramframe_load_(c, RAMFRAME_REQUIRED_);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        *words[i] = ramframe_load_(c, RAMFRAME_LINE_ + 4 * i);
    if (version != 2)
        return RAMFRAME_E_VERSION;
    return required != 0 ? RAMFRAME_E_FEATURES : ramframe_check(g, c->length);
}

/* The generation check: whether what was read of frames until now is of this generation. */
static inline bool ramframe_holds_(const struct ramframe_channel *c) {
    RAMFRAME_FENCE_ACQUIRE(); /* generation */
    return ramframe_load_(c, RAMFRAME_GENERATION_) == c->generation;
}

/* ramframe_is_current: whether the region is still the one that ramframe_read() found. If not, it was formatted since, or is being
 * formatted: read and attach again. It can change right after this returns; what a side stores then does no harm. Costs two loads
 * and two fences. */
static inline bool ramframe_is_current(const struct ramframe_channel *c) {
    RAMFRAME_FENCE_ACQUIRE(); /* formatting, consumed */
    uint32_t magic = ramframe_load_(c, RAMFRAME_MAGIC_);
    RAMFRAME_FENCE_ACQUIRE(); /* formatted */
    return magic == RAMFRAME_RAMF_ && ramframe_load_(c, RAMFRAME_GENERATION_) == c->generation;
}

/* ramframe_read: reads and checks the channel in the `length` bytes at `base`, and fills `c`. Stores nothing, so memory that can
 * only be read will do.
 *
 * Returns 0, RAMFRAME_E_UNFORMATTED (try again later), RAMFRAME_E_FOREIGN, RAMFRAME_E_VERSION, RAMFRAME_E_FEATURES,
 * RAMFRAME_E_GEOMETRY, RAMFRAME_E_TOO_SMALL or RAMFRAME_E_ALIGNMENT. Costs at most 14 loads and 3 fences. */
static inline int ramframe_read(void *base, size_t length, struct ramframe_channel *c) {
    RAMFRAME_TRY_(ramframe_region_(c, base, length));
    uint32_t magic = ramframe_load_(c, RAMFRAME_MAGIC_);
    if (magic != RAMFRAME_RAMF_)
        return magic == 0 ? RAMFRAME_E_UNFORMATTED : RAMFRAME_E_FOREIGN;
    c->generation = ramframe_load_(c, RAMFRAME_GENERATION_);
    RAMFRAME_FENCE_ACQUIRE(); /* formatted */
    c->first_epoch = ramframe_load_(c, RAMFRAME_FIRST_EPOCH_);
    int result = ramframe_load_constants_(c, &c->geometry);
    return ramframe_is_current(c) ? result : RAMFRAME_E_UNFORMATTED;
}

/* ---- 4. A format ------------------------------------------------------------------------------------------------------ */

static inline void ramframe_begin_format_(const struct ramframe_channel *c) {
    ramframe_store_(c, RAMFRAME_MAGIC_, 0);
    RAMFRAME_FENCE_SEQ_CST(); /* formatting */
}

static inline void ramframe_finish_format_(const struct ramframe_channel *c) {
    ramframe_store_release_(c, RAMFRAME_GENERATION_, c->generation); /* formatted */
    ramframe_store_release_(c, RAMFRAME_MAGIC_, RAMFRAME_RAMF_);     /* formatted */
}

static inline void ramframe_store_constants_(const struct ramframe_channel *c, uint32_t extent) {
    const struct ramframe_geometry *g = &c->geometry;
    const uint32_t words[] = {g->line, g->policy, g->slots, g->stride, g->capacity, g->receivers, g->slots_at, extent};
    ramframe_store_(c, RAMFRAME_VERSION_, 2);
    ramframe_store_(c, RAMFRAME_REQUIRED_, 0);
    ramframe_store_(c, RAMFRAME_OPTIONAL_, 0);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        ramframe_store_(c, RAMFRAME_LINE_ + 4 * i, words[i]);
    for (size_t at = RAMFRAME_EXTENT_ + 4; at < RAMFRAME_CONSTANTS_; at += 4)
        ramframe_store_(c, at, 0);
}

/* Each line that a receiver could have, used or not, gets the tag that is farthest away. */
static inline void ramframe_store_tags_(const struct ramframe_channel *c, size_t end) {
    const uint32_t farthest = c->generation + (UINT32_C(1) << (RAMFRAME_TAG_BITS_ - 1));
    for (uint32_t r = 0; r < RAMFRAME_MAX_RECEIVERS_ && ramframe_receiver_line_(c, r + 1) <= end; r++) {
        size_t line = ramframe_receiver_line_(c, r);
        RAMFRAME_INVALIDATE(c->base + line, (size_t)32);
        for (size_t at = RAMFRAME_CONSUMED_; at <= RAMFRAME_DISCARDING_; at += 4)
            ramframe_store_(c, line + at, ramframe_tag_(farthest, 0));
    }
    ramframe_store_(c, RAMFRAME_NOTIFY_SEQ_, ramframe_tag_(c->generation, 0));
}

/* Clears each word from the session to `end`, but the epoch: for memory that was no channel. */
static inline void ramframe_clear_control_(const struct ramframe_channel *c, size_t end) {
    for (size_t at = RAMFRAME_SESSION_; at < end; at += 8) {
        if (ramframe_head_line_(c) <= at && at < ramframe_requests_(c)) {
            ramframe_store_pair_(c, at, 0);
            continue;
        }
        if (at != RAMFRAME_EPOCH_)
            ramframe_store_(c, at, 0);
        ramframe_store_(c, at + 4, 0);
    }
}

static inline void ramframe_wake_all_(const struct ramframe_channel *c, uint32_t receivers, const struct ramframe_wait *wait) {
    if (wait == NULL || wait->notifies == RAMFRAME_SILENT)
        return;
    wait->notify(wait->context, ramframe_word_at_(c, RAMFRAME_NOTIFY_SEQ_));
    for (uint32_t r = 0; r < receivers; r++)
        wait->notify(wait->context, ramframe_word_at_(c, ramframe_receiver_line_(c, r) + RAMFRAME_CONSUMED_));
}

/* Takes on the places of the channel `before`. Words that others may store to late must not move. */
static inline int ramframe_keep_places_(struct ramframe_geometry *g, const struct ramframe_geometry *before, bool same_extent) {
    if (g->line != before->line)
        return RAMFRAME_E_MOVES_PLACES;
    bool fits = g->slots_at <= before->slots_at;
    if (before->receivers > 0 && !(fits && same_extent))
        return RAMFRAME_E_MOVES_PLACES;
    if (fits)
        g->slots_at = before->slots_at;
    return RAMFRAME_OK;
}

static inline void ramframe_next_generation_(struct ramframe_channel *c, uint32_t seed) {
    c->generation = ramframe_load_(c, RAMFRAME_GENERATION_) + (seed << RAMFRAME_TAG_BITS_) + 1;
    c->first_epoch = ramframe_load_(c, RAMFRAME_FIRST_EPOCH_);
    uint32_t epoch = ramframe_load_(c, RAMFRAME_EPOCH_);
    uint32_t newest = ramframe_owns_(c, epoch) ? epoch : c->first_epoch;
    c->first_epoch = ramframe_next_epoch_(ramframe_next_epoch_(newest));
    ramframe_store_(c, RAMFRAME_FIRST_EPOCH_, c->first_epoch);
}

/* Whether a format may follow the channel that stands there, if one does. */
static inline int ramframe_prepare_(struct ramframe_channel *c, uint32_t extent, struct ramframe_geometry *before, bool *stands) {
    RAMFRAME_TRY_(ramframe_check(&c->geometry, c->length));
    uint32_t magic = ramframe_load_(c, RAMFRAME_MAGIC_);
    *stands = (magic == RAMFRAME_RAMF_ || magic == 0) && ramframe_load_constants_(c, before) == RAMFRAME_OK;
    if (!*stands)
        return RAMFRAME_OK;
    RAMFRAME_TRY_(ramframe_keep_places_(&c->geometry, before, ramframe_load_(c, RAMFRAME_EXTENT_) == extent));
    return ramframe_check(&c->geometry, c->length);
}

/* Whether a text is short enough for a name and has no control character: none of U+0000 to U+001F and of U+007F to U+009F. */
static inline bool ramframe_is_name_(const char *text) {
    size_t i = 0;
    for (; i <= RAMFRAME_NAME_LENGTH && text[i] != 0; i++) {
        unsigned byte = (unsigned char)text[i];
        if (byte < 0x20 || byte == 0x7F || (byte == 0xC2 && (unsigned char)text[i + 1] < 0xA0))
            return false;
    }
    return i <= RAMFRAME_NAME_LENGTH;
}

static inline void ramframe_store_name_(const struct ramframe_channel *c, const char *name) {
    for (size_t i = 0; i < RAMFRAME_NAME_LENGTH && *name != 0; i += 4) {
        uint32_t word = 0;
        for (unsigned k = 0; k < 4 && *name != 0; k++)
            word |= (uint32_t)(unsigned char)*name++ << 8 * k;
        ramframe_store_(c, RAMFRAME_NAME_ + i, word);
    }
}

static inline int ramframe_format_as_(void *base, size_t length, const struct ramframe_geometry *g, uint32_t extent, const char *name,
                                      uint32_t seed, const struct ramframe_wait *wait) {
    struct ramframe_channel c;
    struct ramframe_geometry before;
    bool stands;
    RAMFRAME_TRY_(ramframe_region_(&c, base, length));
    c.geometry = *g;
    RAMFRAME_TRY_(ramframe_prepare_(&c, extent, &before, &stands));
    size_t end = extent != 0 ? extent : c.geometry.slots_at;
    ramframe_begin_format_(&c);
    ramframe_next_generation_(&c, seed);
    if (!stands)
        ramframe_clear_control_(&c, end);
    ramframe_store_constants_(&c, extent);
    if (name != NULL)
        ramframe_store_name_(&c, name);
    ramframe_store_tags_(&c, end);
    if (stands)
        ramframe_wake_all_(&c, before.receivers, wait);
    ramframe_finish_format_(&c);
    return RAMFRAME_OK;
}

/* ramframe_format: makes the `length` bytes at `base` an empty channel of the sizes `g`. Sides that used it must read and attach
 * again, and learn so from RAMFRAME_E_REFORMATTED.
 *
 * A side that restarts, and wants to go on where it was, does not format: it calls ramframe_read(), and formats only if that fails
 * or if the sizes are others.
 *
 * Other sides may be attached: what they store late does no harm. So lines and slots keep their places where a channel was before,
 * and RAMFRAME_E_MOVES_PLACES says that `g` cannot. One side formats at a time, and no sender may attach meanwhile: the program
 * must ensure that. `seed` (a clock, a boot counter, 0) makes the generation another one where the memory may have lost it. `wait`,
 * if it is not null, wakes those that wait on the channel before.
 *
 * Returns 0, RAMFRAME_E_GEOMETRY, RAMFRAME_E_TOO_SMALL, RAMFRAME_E_ALIGNMENT or RAMFRAME_E_MOVES_PLACES; then nothing was stored.
 * Costs a store for each word of the constants and four for each receiver's line; where no channel was, also one for each word of
 * the control lines. Slots are left to the first sender. */
static inline int ramframe_format(void *base, size_t length, const struct ramframe_geometry *g, uint32_t seed,
                                  const struct ramframe_wait *wait) {
    return ramframe_format_as_(base, length, g, 0, NULL, seed, wait);
}

/* ramframe_format_named: the same for a channel with a name: at most 24 bytes of UTF-8 without control characters. The caller ensures
 * that it is UTF-8. Returns RAMFRAME_E_GEOMETRY for another name too. A program that does not call this has no code for names. */
static inline int ramframe_format_named(void *base, size_t length, const struct ramframe_geometry *g, const char *name, uint32_t seed,
                                        const struct ramframe_wait *wait) {
    if (!ramframe_is_name_(name))
        return RAMFRAME_E_GEOMETRY;
    return ramframe_format_as_(base, length, g, 0, name, seed, wait);
}

/* ramframe_name: copies the name of the channel and a 0 into `name`; "" if it has none. The bytes may be anything if another program
 * formatted the channel. Returns 0 or RAMFRAME_E_REFORMATTED. Costs 8 loads and 2 fences. */
static inline int ramframe_name(const struct ramframe_channel *c, char name[RAMFRAME_NAME_LENGTH + 1]) {
    for (size_t i = 0; i < RAMFRAME_NAME_LENGTH; i += 4) {
        uint32_t word = ramframe_load_(c, RAMFRAME_NAME_ + i);
        for (size_t k = 0; k < 4; k++)
            name[i + k] = (char)(word >> 8 * k & 0xFF);
    }
    name[RAMFRAME_NAME_LENGTH] = 0;
    return ramframe_is_current(c) ? RAMFRAME_OK : RAMFRAME_E_REFORMATTED;
}

/* ramframe_format_exclusive: the same for memory that must be stored to before it is loaded (error correction after power-up), and
 * for sizes that move places. Nobody else may be attached, or attach before this returns. Give another `seed` each time.
 *
 * Returns 0, RAMFRAME_E_GEOMETRY, RAMFRAME_E_TOO_SMALL or RAMFRAME_E_ALIGNMENT. Loads nothing, and stores each word of the channel
 * at least once. */
static inline int ramframe_format_exclusive(void *base, size_t length, const struct ramframe_geometry *g, uint32_t seed) {
    struct ramframe_channel c;
    RAMFRAME_TRY_(ramframe_region_(&c, base, length));
    RAMFRAME_TRY_(ramframe_check(g, length));
    c.geometry = *g;
    c.generation = (seed << RAMFRAME_TAG_BITS_) + 1;
    c.first_epoch = ramframe_next_epoch_((seed << 12) >> 1);
    ramframe_begin_format_(&c);
    for (size_t at = RAMFRAME_MAGIC_; at < RAMFRAME_CONSTANTS_; at += 4)
        ramframe_store_(&c, at, 0);
    ramframe_store_(&c, RAMFRAME_FIRST_EPOCH_, c.first_epoch);
    ramframe_clear_control_(&c, g->slots_at);
    ramframe_store_(&c, RAMFRAME_EPOCH_, 0);
    for (size_t at = g->slots_at; at < ramframe_size(g); at += 8)
        ramframe_store_pair_(&c, at, 0);
    ramframe_store_constants_(&c, 0);
    ramframe_store_tags_(&c, g->slots_at);
    ramframe_finish_format_(&c);
    return RAMFRAME_OK;
}

/* ---- 5. Stamps and the head ------------------------------------------------------------------------------------------- */

static inline uint64_t ramframe_published_(uint64_t sequence) { return 2 * sequence + 2; }

static inline uint64_t ramframe_a_lap_before_(const struct ramframe_channel *c, uint64_t sequence) {
    return sequence < c->geometry.slots ? 0 : ramframe_published_(sequence - c->geometry.slots);
}

static inline uint64_t ramframe_stamp_(const struct ramframe_channel *c, uint64_t sequence) {
    return ramframe_load_pair_(c, ramframe_slot_(c, sequence));
}

static inline bool ramframe_is_published_(const struct ramframe_channel *c, uint64_t sequence) {
    return ramframe_stamp_(c, sequence) == ramframe_published_(sequence);
}

/* Whether `stamp` is what stands there until message `sequence` is published. Its halves may be of two moments. */
static inline bool ramframe_is_unwritten_(const struct ramframe_channel *c, uint64_t stamp, uint64_t sequence) {
    uint32_t low = ramframe_low_(stamp);
    uint32_t behind = ramframe_high_(ramframe_published_(sequence)) - ramframe_high_(stamp);
    uint32_t before = ramframe_low_(ramframe_a_lap_before_(c, sequence));
    return behind <= 1 && (low == before || low == ramframe_low_(2 * sequence + 1));
}

/* Both halves of one moment; false if the sender changed them meanwhile. */
static inline bool ramframe_look_twice_(const struct ramframe_channel *c, uint64_t sequence, uint64_t *stamp) {
    *stamp = ramframe_stamp_(c, sequence);
    RAMFRAME_FENCE_ACQUIRE(); /* head, publish */
    return ramframe_stamp_(c, sequence) == *stamp;
}

/* One try to find the head that has the low half `low`. */
static inline int ramframe_try_head_(const struct ramframe_channel *c, uint32_t low, uint64_t *head) {
    uint64_t last, past;
    if (!ramframe_look_twice_(c, low / 2 - UINT64_C(1), &last) || !ramframe_look_twice_(c, low / 2, &past))
        return RAMFRAME_E_BUSY;
    *head = last / 2;
    if (ramframe_low_(last) != low || *head > RAMFRAME_LAST_SEQUENCE_)
        return RAMFRAME_E_CORRUPT_HEAD;
    bool is_ahead = past == ramframe_published_(*head); /* the sender stands, or died, between its two stores */
    bool is_head = is_ahead || ramframe_is_unwritten_(c, past, *head);
    *head += is_ahead;
    return is_head ? RAMFRAME_OK : RAMFRAME_E_CORRUPT_HEAD;
}

static inline int ramframe_find_head_(const struct ramframe_channel *c, uint64_t *head) {
    uint64_t contradicted = UINT64_MAX;
    for (int tries = 0; tries < RAMFRAME_TRIES_; tries++) {
        uint32_t low = ramframe_low_(ramframe_load_pair_(c, ramframe_head_line_(c)));
        int result = ramframe_try_head_(c, low & ~UINT32_C(1), head);
        if (result == RAMFRAME_OK)
            return result;
        if (result == RAMFRAME_E_BUSY)
            continue;
        /* The sender may be a lap ahead by now. Then another head is there. */
        if (contradicted == low)
            return result;
        contradicted = low;
    }
    return RAMFRAME_E_BUSY;
}

static inline uint64_t ramframe_oldest_(const struct ramframe_channel *c, uint64_t head) {
    if (head < c->geometry.slots)
        return 0;
    uint64_t oldest = head - c->geometry.slots;
    return ramframe_is_published_(c, oldest) ? oldest : oldest + 1;
}

/* ---- 6. The sender ---------------------------------------------------------------------------------------------------- */

static inline uint32_t ramframe_notifies_(const struct ramframe_wait *wait) {
    return wait == NULL ? (uint32_t)RAMFRAME_SILENT : wait->notifies;
}

static inline void ramframe_wake_(const struct ramframe_channel *c, const struct ramframe_wait *wait, size_t at) {
    wait->notify(wait->context, ramframe_word_at_(c, at));
}

static inline void ramframe_poll_(const struct ramframe_wait *wait) {
    if (wait == NULL)
        RAMFRAME_SPIN();
    else
        wait->poll(wait->context);
}

static inline void ramframe_sleep_(const struct ramframe_channel *c, const struct ramframe_wait *wait, size_t at, uint32_t seen) {
    if (wait == NULL)
        ramframe_poll_(wait);
    else
        wait->wait(wait->context, ramframe_word_at_(c, at), ramframe_order_(seen));
}

/* After a request and this side's fence: ensures that the other side sees the request. `notifies` is how the other side notifies. If it
 * makes no fence, and `fence_all` fails, polls and returns false: the other side makes its fences again when it sees the request. */
static inline bool ramframe_ensure_seen_(uint32_t notifies, const struct ramframe_wait *wait) {
    if (!(notifies & RAMFRAME_ANSWERS_UNFENCED_) || (wait != NULL && wait->fence_all != NULL && wait->fence_all(wait->context)))
        return true;
    ramframe_poll_(wait);
    return false;
}

static inline void ramframe_notify_(struct ramframe_sender *s, bool is_requested) {
    const struct ramframe_channel *c = &s->channel;
    if (is_requested)
        ramframe_store_(c, ramframe_requests_(c), 0);
    s->notify_count += 1;
    ramframe_store_release_(c, RAMFRAME_NOTIFY_SEQ_, ramframe_tag_(c->generation, s->notify_count)); /* notify */
    ramframe_wake_(c, s->wait, RAMFRAME_NOTIFY_SEQ_);
}

/* ramframe_notify_now: wakes all receivers that wait, whether they requested it or not. Does nothing for a sender that never
 * notifies. Costs two stores and one call of `notify`. */
static inline void ramframe_notify_now(struct ramframe_sender *s) {
    if (ramframe_notifies_(s->wait) != RAMFRAME_SILENT)
        ramframe_notify_(s, true);
}

static inline void ramframe_notify_if_requested_(struct ramframe_sender *s) {
    uint32_t notifies = ramframe_notifies_(s->wait);
    if (notifies == RAMFRAME_SILENT)
        return;
    if (notifies & RAMFRAME_ANSWERS)
        RAMFRAME_FENCE_SEQ_CST(); /* request */
    bool is_requested = ramframe_load_(&s->channel, ramframe_requests_(&s->channel)) != 0;
    if (is_requested || (notifies & RAMFRAME_UNREQUESTED))
        ramframe_notify_(s, is_requested);
}

/* Says that this sender goes on from `next`. The first one of a generation takes away what older ones left. */
static inline void ramframe_begin_sending_(struct ramframe_sender *s, bool is_first) {
    const struct ramframe_channel *c = &s->channel;
    RAMFRAME_INVALIDATE(c->base + RAMFRAME_SESSION_, (size_t)ramframe_size(&c->geometry) - RAMFRAME_SESSION_);
    for (uint32_t i = 0; is_first && i < c->geometry.slots; i++)
        ramframe_store_pair_(c, ramframe_slot_(c, i), 0);
    ramframe_put_pair_(c, ramframe_head_line_(c) + RAMFRAME_LENGTH_, ramframe_join_(RAMFRAME_VOID_, s->epoch));
    ramframe_put_pair_(c, ramframe_head_line_(c), 2 * s->next);
    RAMFRAME_CLEAN(c->base + ramframe_head_line_(c), (size_t)RAMFRAME_HEADER_);
    ramframe_store_(c, RAMFRAME_SENDER_WAITING_, 0);
    ramframe_store_(c, RAMFRAME_SENDER_NOTIFIES_, ramframe_notifies_(s->wait));
    ramframe_store_release_(c, RAMFRAME_EPOCH_, s->epoch); /* epoch */
}

/* ramframe_attach_sender: becomes the sender of the channel `c`, and goes on where the sender before stopped, wherever that died.
 * There must be no other sender: the program must ensure that. One from before a format counts too, until it has stopped or has
 * attached again. `wait` may be null, or must live as long as `s` is used.
 *
 * Returns 0, RAMFRAME_E_UNFORMATTED (the region was formatted since ramframe_read(): read again), RAMFRAME_E_CORRUPT_HEAD or
 * RAMFRAME_E_BUSY; then nothing was stored. Costs at most 84 accesses, and 2 more for each slot for the first sender of a
 * generation. */
static inline int ramframe_attach_sender(struct ramframe_sender *s, const struct ramframe_channel *c, const struct ramframe_wait *wait) {
    uint64_t head = 0;
    uint32_t last, count;
    bool is_first = !ramframe_sender_epoch_(c, &last);
    int result = is_first ? RAMFRAME_OK : ramframe_find_head_(c, &head);
    RAMFRAME_FENCE_SEQ_CST(); /* generation, formatting */
    if (!ramframe_is_current(c))
        return RAMFRAME_E_UNFORMATTED;
    if (result != RAMFRAME_OK)
        return result;
    s->channel = *c;
    s->wait = wait;
    s->next = head;
    s->epoch = is_first ? c->first_epoch : ramframe_next_epoch_(last);
    s->slowest = s->room = 0;
    ramframe_begin_sending_(s, is_first);
    s->notify_count = ramframe_own_count_(c, RAMFRAME_NOTIFY_SEQ_, &count) ? count : 0;
    ramframe_notify_now(s);
    return RAMFRAME_OK;
}

/* How many messages a receiver has not received; more than there are slots if it claims what cannot be. */
static inline uint32_t ramframe_pending_(const struct ramframe_sender *s, uint32_t receiver) {
    const struct ramframe_channel *c = &s->channel;
    uint32_t consumed;
    if (ramframe_own_count_(c, ramframe_receiver_line_(c, receiver) + RAMFRAME_CONSUMED_, &consumed))
        return (ramframe_low_(s->next) - consumed) & RAMFRAME_COUNT_MASK_;
    return s->next < c->geometry.slots ? ramframe_low_(s->next) : c->geometry.slots;
}

static inline uint32_t ramframe_most_pending_(struct ramframe_sender *s) {
    uint32_t most = 0;
    for (uint32_t r = 0; r < s->channel.geometry.receivers; r++) {
        uint32_t pending = ramframe_pending_(s, r);
        if (r == 0 || pending > most) {
            most = pending;
            s->slowest = r;
        }
    }
    return most;
}

/* Under overwrite there is always room, but a sender asks for the generation once in a lap. */
static inline int ramframe_look_for_room_(struct ramframe_sender *s) {
    uint32_t slots = s->channel.geometry.slots;
    uint32_t pending = ramframe_most_pending_(s);
    if (!ramframe_is_current(&s->channel)) /* its first fence comes before the slots are used: consumed */
        return RAMFRAME_E_REFORMATTED;
    if (pending > slots)
        return RAMFRAME_E_CORRUPT_CONSUMED;
    s->room = slots - pending;
    return s->room == 0 ? RAMFRAME_E_FULL : RAMFRAME_OK;
}

/* Says that the next message is being written. The high half stays until it is published. */
static inline void ramframe_mark_(const struct ramframe_sender *s, size_t slot) {
    const struct ramframe_channel *c = &s->channel;
    uint32_t high = ramframe_high_(ramframe_a_lap_before_(c, s->next));
    ramframe_store_pair_release_(c, slot, ramframe_join_(ramframe_low_(2 * s->next + 1), high)); /* head */
    RAMFRAME_FENCE_RELEASE();                                                                    /* claim */
}

static inline void ramframe_publish_(struct ramframe_sender *s, size_t slot, uint32_t length) {
    const struct ramframe_channel *c = &s->channel;
    ramframe_put_pair_(c, slot + RAMFRAME_LENGTH_, ramframe_join_(length, s->epoch));
    RAMFRAME_CLEAN(c->base + slot, (size_t)RAMFRAME_PAYLOAD_ + length);
    ramframe_store_pair_release_(c, slot, ramframe_published_(s->next)); /* publish */
    s->next += 1;
    s->room -= 1;
    ramframe_store_pair_release_(c, ramframe_head_line_(c), 2 * s->next); /* head */
}

/* ramframe_try_send: sends `length` bytes, and never waits. The message's sequence is `next` less 1 afterwards. `message` may be null
 * if `length` is 0.
 *
 * Returns 0, or with nothing sent RAMFRAME_E_TOO_LONG, RAMFRAME_E_FULL (backpressure only: `slowest` is the receiver to wait for),
 * RAMFRAME_E_REFORMATTED or RAMFRAME_E_CORRUPT_CONSUMED. A format is noticed once in `slots` messages, or when there is no room:
 * until then a send may still return 0, and its message is lost. Costs at most 9 accesses and one copy (6 under backpressure); when
 * all slots were used, or the known room, 4 more and one for each receiver; for a side that notifies, at most 4 more. */
static inline int ramframe_try_send(struct ramframe_sender *s, const void *message, uint32_t length) {
    if (length > s->channel.geometry.capacity)
        return RAMFRAME_E_TOO_LONG;
    if (s->room == 0)
        RAMFRAME_TRY_(ramframe_look_for_room_(s));
    size_t slot = ramframe_slot_(&s->channel, s->next);
    if (s->channel.geometry.policy == RAMFRAME_OVERWRITE)
        ramframe_mark_(s, slot);
    RAMFRAME_COPY_IN(s->channel.base + slot + RAMFRAME_PAYLOAD_, message, length);
    ramframe_publish_(s, slot, length);
    ramframe_notify_if_requested_(s);
    return RAMFRAME_OK;
}

static inline bool ramframe_is_silent_(const struct ramframe_channel *c, uint32_t receiver) {
    uint32_t count;
    size_t line = ramframe_receiver_line_(c, receiver);
    return ramframe_own_count_(c, line + RAMFRAME_ATTACH_COUNT_, &count) &&
           ramframe_load_(c, line + RAMFRAME_RECEIVER_NOTIFIES_) == RAMFRAME_SILENT;
}

static inline void ramframe_wait_while_(struct ramframe_sender *s, uint32_t receiver, uint32_t least) {
    const struct ramframe_channel *c = &s->channel;
    if (receiver >= c->geometry.receivers)
        return;
    if (ramframe_is_silent_(c, receiver)) {
        ramframe_poll_(s->wait);
        return;
    }
    size_t line = ramframe_receiver_line_(c, receiver);
    ramframe_store_(c, RAMFRAME_SENDER_WAITING_, 1);
    RAMFRAME_FENCE_SEQ_CST(); /* room */
    uint32_t seen = ramframe_load_(c, line + RAMFRAME_CONSUMED_);
    uint32_t notifies = ramframe_load_(c, line + RAMFRAME_RECEIVER_NOTIFIES_);
    uint32_t pending = ramframe_ensure_seen_(notifies, s->wait) ? ramframe_pending_(s, receiver) : 0; /* 0: has polled */
    if (least <= pending && pending <= c->geometry.slots && ramframe_is_current(c))
        ramframe_sleep_(c, s->wait, line + RAMFRAME_CONSUMED_, seen);
    ramframe_store_(c, RAMFRAME_SENDER_WAITING_, 0);
}

/* ramframe_wait_for_room: waits once while `receiver` has received none of the messages in the slots: for after RAMFRAME_E_FULL, with
 * `slowest`. Returns when there may be room, when the region was formatted, when `wait` has waited long enough, or sooner; send
 * again to find out. Where the receiver never notifies, this side polls. At most 12 accesses and one call of `wait`. */
static inline void ramframe_wait_for_room(struct ramframe_sender *s, uint32_t receiver) {
    ramframe_wait_while_(s, receiver, s->channel.geometry.slots);
}

/* A limit on waits that is none. */
#define RAMFRAME_FOREVER UINT32_MAX

static inline bool ramframe_may_wait_(uint32_t *max_waits) {
    if (*max_waits == 0)
        return false;
    *max_waits -= *max_waits != RAMFRAME_FOREVER;
    return true;
}

/* ramframe_send: as ramframe_try_send(), and waits for room, at most `max_waits` times, each as long as the sender's `wait` does. If
 * that is over, it returns RAMFRAME_E_FULL. Under overwrite it never waits. */
static inline int ramframe_send(struct ramframe_sender *s, const void *message, uint32_t length, uint32_t max_waits) {
    for (;;) {
        int result = ramframe_try_send(s, message, length);
        if (result != RAMFRAME_E_FULL || !ramframe_may_wait_(&max_waits))
            return result;
        ramframe_wait_for_room(s, s->slowest);
    }
}

/* ramframe_drain: waits until each receiver has received everything, at most `max_waits` times in all. For before a close after which
 * the memory goes away.
 *
 * Returns 0, RAMFRAME_E_FULL (`slowest` is behind), RAMFRAME_E_REFORMATTED or RAMFRAME_E_CORRUPT_CONSUMED. */
static inline int ramframe_drain(struct ramframe_sender *s, uint32_t max_waits) {
    for (s->slowest = 0; s->slowest < s->channel.geometry.receivers;) {
        uint32_t pending = ramframe_pending_(s, s->slowest);
        if (!ramframe_is_current(&s->channel))
            return RAMFRAME_E_REFORMATTED;
        if (pending > s->channel.geometry.slots)
            return RAMFRAME_E_CORRUPT_CONSUMED;
        if (pending == 0)
            s->slowest += 1;
        else if (!ramframe_may_wait_(&max_waits))
            return RAMFRAME_E_FULL;
        else
            ramframe_wait_while_(s, s->slowest, 1);
    }
    return RAMFRAME_OK;
}

/* ramframe_close: leaves for good. Receivers that have received everything are told RAMFRAME_CLOSED. Do not use `s` afterwards. Stores
 * nothing in a region that was formatted since. A sender that goes away without this call, or dies, can be followed by another
 * one too: receivers are then told RAMFRAME_RESTARTED. At most 7 accesses. */
static inline void ramframe_close(struct ramframe_sender *s) {
    if (!ramframe_is_current(&s->channel))
        return;
    ramframe_store_release_(&s->channel, RAMFRAME_CLOSED_, s->epoch); /* closed */
    ramframe_notify_now(s);
}

/* ---- 7. The receiver attaches ----------------------------------------------------------------------------------------- */

static inline bool ramframe_is_seated_(const struct ramframe_receiver *r) { return r->channel.geometry.policy == RAMFRAME_BACKPRESSURE; }

static inline size_t ramframe_own_line_(const struct ramframe_receiver *r) { return ramframe_receiver_line_(&r->channel, r->index); }

/* Whether this generation has a sender. Seen once, it stays true; before, stamps and head may be an older generation's. */
static inline bool ramframe_meet_sender_(struct ramframe_receiver *r) {
    uint32_t epoch;
    if (!r->sender_seen)
        r->sender_seen = ramframe_sender_epoch_(&r->channel, &epoch);
    return r->sender_seen;
}

static inline int ramframe_published_until_(struct ramframe_receiver *r, uint64_t *head) {
    *head = 0;
    return ramframe_meet_sender_(r) ? ramframe_find_head_(&r->channel, head) : RAMFRAME_OK;
}

static inline int ramframe_begin_receiving_(struct ramframe_receiver *r, const struct ramframe_channel *c,
                                            const struct ramframe_wait *wait, uint64_t *head) {
    r->channel = *c;
    r->wait = wait;
    r->next = r->gap = 0;
    r->index = 0;
    r->epoch = c->first_epoch + RAMFRAME_EPOCHS_; /* none */
    r->sender_seen = r->told_closed = r->has_gap = r->told_gap = r->progress_lost = r->read_only = false;
    return ramframe_published_until_(r, head);
}

enum { RAMFRAME_FROM_OLDEST = 0, RAMFRAME_FROM_NEXT = 1, RAMFRAME_READ_ONLY = 2 };

/* ramframe_attach_reader: becomes a receiver of the overwrite channel `c`. Any number may attach, and none stores anything but
 * requests for a notification.
 *
 * `flags`: RAMFRAME_FROM_OLDEST, with the oldest message that is still there, or RAMFRAME_FROM_NEXT, with the next one to be sent;
 * and RAMFRAME_READ_ONLY where the memory can only be read: then this receiver requests no notifications. `wait` may be null, or
 * must live as long as `r` is used.
 *
 * Returns 0, RAMFRAME_E_POLICY, RAMFRAME_E_UNFORMATTED (the region was formatted since ramframe_read()), RAMFRAME_E_CORRUPT_HEAD or
 * RAMFRAME_E_BUSY (try again). At most 60 accesses. */
static inline int ramframe_attach_reader(struct ramframe_receiver *r, const struct ramframe_channel *c, int flags,
                                         const struct ramframe_wait *wait) {
    uint64_t head;
    if (c->geometry.policy != RAMFRAME_OVERWRITE)
        return RAMFRAME_E_POLICY;
    int result = ramframe_begin_receiving_(r, c, wait, &head);
    r->read_only = (flags & RAMFRAME_READ_ONLY) != 0;
    r->next = (flags & RAMFRAME_FROM_NEXT) ? head : ramframe_oldest_(c, head);
    return ramframe_is_current(c) ? result : RAMFRAME_E_UNFORMATTED;
}

/* Where the receivers before this one stopped. */
static inline int ramframe_find_start_(struct ramframe_receiver *r, uint64_t head) {
    const struct ramframe_channel *c = &r->channel;
    uint32_t consumed, count;
    bool was_attached = ramframe_own_count_(c, ramframe_own_line_(r) + RAMFRAME_ATTACH_COUNT_, &count);
    if (!ramframe_own_count_(c, ramframe_own_line_(r) + RAMFRAME_CONSUMED_, &consumed)) {
        r->progress_lost = was_attached || head > c->geometry.slots;
        r->next = r->progress_lost ? head : 0;
        return RAMFRAME_OK;
    }
    uint32_t pending = (ramframe_low_(head) - consumed) & RAMFRAME_COUNT_MASK_;
    if (pending > c->geometry.slots || pending > head)
        return RAMFRAME_E_CORRUPT_CONSUMED;
    r->next = head - pending;
    r->progress_lost = was_attached && !ramframe_own_count_(c, ramframe_own_line_(r) + RAMFRAME_DISCARDING_, &count);
    return RAMFRAME_OK;
}

/* What was discarded for this receiver, and told to nobody. */
static inline void ramframe_recall_gap_(struct ramframe_receiver *r) {
    const struct ramframe_channel *c = &r->channel;
    size_t line = ramframe_own_line_(r);
    if (ramframe_load_(c, line + RAMFRAME_DISCARDING_) != ramframe_tag_(c->generation, 1))
        return;
    RAMFRAME_FENCE_ACQUIRE(); /* discarding */
    uint32_t low = ramframe_load_(c, line + RAMFRAME_DISCARDED_FROM_);
    uint64_t from = ramframe_join_(low, ramframe_load_(c, line + RAMFRAME_DISCARDED_FROM_ + 4));
    r->gap = from < r->next ? r->next - from : 0; /* of none, if whoever announced it died before it discarded anything */
    r->has_gap = true;
    r->progress_lost = false;
}

static inline int ramframe_take_over_(struct ramframe_receiver *r, const struct ramframe_channel *c, uint32_t index,
                                      const struct ramframe_wait *wait) {
    uint64_t head;
    if (c->geometry.policy != RAMFRAME_BACKPRESSURE)
        return RAMFRAME_E_POLICY;
    if (index >= c->geometry.receivers)
        return RAMFRAME_E_NO_SUCH_RECEIVER;
    int result = ramframe_begin_receiving_(r, c, wait, &head);
    r->index = index;
    if (result == RAMFRAME_OK)
        result = ramframe_find_start_(r, head);
    if (!ramframe_is_current(c))
        return RAMFRAME_E_UNFORMATTED;
    ramframe_recall_gap_(r);
    return result;
}

static inline void ramframe_say_(const struct ramframe_receiver *r, size_t word, uint32_t count) {
    ramframe_store_(&r->channel, ramframe_own_line_(r) + word, ramframe_tag_(r->channel.generation, count));
}

/* Wakes a sender that waits for room. Either this sees its request, or it sees `consumed`. */
static inline void ramframe_wake_sender_(struct ramframe_receiver *r) {
    const struct ramframe_channel *c = &r->channel;
    if (ramframe_notifies_(r->wait) == RAMFRAME_SILENT)
        return;
    RAMFRAME_FENCE_SEQ_CST(); /* room */
    if (ramframe_load_(c, RAMFRAME_SENDER_WAITING_) != 0)
        ramframe_wake_(c, r->wait, ramframe_own_line_(r) + RAMFRAME_CONSUMED_);
}

/* Lets the sender have each slot below the next message's. */
static inline void ramframe_give_back_(const struct ramframe_receiver *r) {
    uint32_t consumed = ramframe_tag_(r->channel.generation, ramframe_low_(r->next));
    ramframe_store_release_(&r->channel, ramframe_own_line_(r) + RAMFRAME_CONSUMED_, consumed); /* consumed */
}

static inline void ramframe_release_(struct ramframe_receiver *r) {
    if (ramframe_is_seated_(r)) {
        ramframe_give_back_(r);
        ramframe_wake_sender_(r);
    }
}

static inline uint32_t ramframe_attach_count_(const struct ramframe_receiver *r) {
    uint32_t count;
    return ramframe_own_count_(&r->channel, ramframe_own_line_(r) + RAMFRAME_ATTACH_COUNT_, &count) ? count : 0;
}

/* ramframe_attach_receiver: becomes receiver `index`, from 0, of the backpressure channel `c`, and goes on where the receiver before
 * stopped. Nobody else may be this receiver: the program must ensure that. `wait` may be null, or must live as long as `r` is used.
 *
 * A message at which the receiver before died may come again. Messages that were discarded for a dead receiver are told as
 * RAMFRAME_LAGGED. Returns 0, RAMFRAME_E_POLICY, RAMFRAME_E_NO_SUCH_RECEIVER, RAMFRAME_E_UNFORMATTED (the region was formatted
 * since ramframe_read()), RAMFRAME_E_CORRUPT_HEAD, RAMFRAME_E_CORRUPT_CONSUMED or RAMFRAME_E_BUSY; then nothing was stored. At most
 * 84 accesses. */
static inline int ramframe_attach_receiver(struct ramframe_receiver *r, const struct ramframe_channel *c, uint32_t index,
                                           const struct ramframe_wait *wait) {
    RAMFRAME_TRY_(ramframe_take_over_(r, c, index, wait));
    if (!r->progress_lost)
        ramframe_give_back_(r);
    if (!r->has_gap)
        ramframe_say_(r, RAMFRAME_DISCARDING_, 0);
    uint32_t count = (ramframe_attach_count_(r) + 1) & RAMFRAME_COUNT_MASK_;
    ramframe_say_(r, RAMFRAME_ATTACH_COUNT_, count == 0 ? 1 : count);
    ramframe_store_(c, ramframe_own_line_(r) + RAMFRAME_RECEIVER_NOTIFIES_, ramframe_notifies_(wait));
    if (!r->progress_lost)
        ramframe_wake_sender_(r); /* the receiver before may have died when it was about to */
    return RAMFRAME_OK;
}

/* ramframe_detach: leaves for good. What was not received stays for the next receiver of this index, however long that takes. Do not use
 * `r` afterwards. Stores nothing in a region that was formatted since, and nothing under overwrite. At most 6 accesses. */
static inline void ramframe_detach(struct ramframe_receiver *r) {
    if (ramframe_is_seated_(r) && ramframe_is_current(&r->channel))
        ramframe_say_(r, RAMFRAME_DETACHED_AT_, ramframe_attach_count_(r));
}

static inline void ramframe_begin_gap_(const struct ramframe_receiver *r) {
    const struct ramframe_channel *c = &r->channel;
    size_t line = ramframe_own_line_(r);
    ramframe_store_(c, line + RAMFRAME_DISCARDED_FROM_, ramframe_low_(r->next));
    ramframe_store_(c, line + RAMFRAME_DISCARDED_FROM_ + 4, ramframe_high_(r->next));
    ramframe_store_release_(c, line + RAMFRAME_DISCARDING_, ramframe_tag_(c->generation, 1)); /* discarding */
}

/* ramframe_reclaim: in place of receiver `index`, which is dead, discards everything that it has not received, so that the sender goes
 * on. `*discarded` is how many messages that were. The next receiver of this index is told them as RAMFRAME_LAGGED. The program
 * must be certain that the receiver is dead, and that no other takes its place meanwhile. `wait` wakes a sender that waits.
 *
 * Returns 0, the errors of ramframe_attach_receiver(), RAMFRAME_E_REFORMATTED, or RAMFRAME_E_PROGRESS_LOST: then nothing was stored,
 * and only the next receiver frees the sender. At most 150 accesses. */
static inline int ramframe_reclaim(const struct ramframe_channel *c, uint32_t index, const struct ramframe_wait *wait,
                                   uint64_t *discarded) {
    struct ramframe_receiver r;
    uint64_t head;
    RAMFRAME_TRY_(ramframe_take_over_(&r, c, index, wait));
    int result = ramframe_published_until_(&r, &head);
    if (!ramframe_is_current(c))
        return RAMFRAME_E_REFORMATTED;
    if (r.progress_lost)
        return RAMFRAME_E_PROGRESS_LOST;
    if (result != RAMFRAME_OK)
        return result;
    *discarded = head > r.next ? head - r.next : 0;
    if (*discarded > 0 && !r.has_gap)
        ramframe_begin_gap_(&r);
    r.next += *discarded;
    ramframe_release_(&r);
    return RAMFRAME_OK;
}

/* ---- 8. The receiver receives ----------------------------------------------------------------------------------------- */

/* What the receiver before this one left to tell; RAMFRAME_AGAIN_ if nothing. */
static inline int ramframe_untold_(struct ramframe_receiver *r, struct ramframe_event *event) {
    bool tells = r->gap != 0 && !r->told_gap;
    r->told_gap = r->has_gap;
    event->lagged = tells ? r->gap : event->lagged;
    if (tells)
        return RAMFRAME_LAGGED;
    bool lost = r->progress_lost;
    r->progress_lost = false;
    return lost ? RAMFRAME_PROGRESS_LOST : RAMFRAME_AGAIN_;
}

/* What there is to tell before a message of `epoch`, or its sender's silence; RAMFRAME_AGAIN_ if nothing. */
static inline int ramframe_news_(struct ramframe_receiver *r, uint32_t epoch, struct ramframe_event *event) {
    const struct ramframe_channel *c = &r->channel;
    int untold = ramframe_untold_(r, event);
    if (untold != RAMFRAME_AGAIN_ || epoch == r->epoch)
        return untold;
    if (!ramframe_owns_(c, epoch)) /* of an older generation: nothing yet */
        return RAMFRAME_EMPTY;
    bool is_first = !ramframe_owns_(c, r->epoch);
    if (!is_first && !r->told_closed && ramframe_load_(c, RAMFRAME_CLOSED_) == r->epoch) {
        r->told_closed = true;
        return RAMFRAME_CLOSED;
    }
    r->told_closed = false;
    r->epoch = epoch;
    return is_first ? RAMFRAME_AGAIN_ : RAMFRAME_RESTARTED;
}

/* The next message is gone: how many are, and where to go on. */
static inline int ramframe_lapped_(struct ramframe_receiver *r, struct ramframe_event *event) {
    uint64_t head = 0;
    if (ramframe_is_seated_(r))
        return RAMFRAME_E_CORRUPT_STAMP;
    int result = ramframe_find_head_(&r->channel, &head);
    if (result != RAMFRAME_OK)
        return result == RAMFRAME_E_BUSY ? RAMFRAME_BUSY : result;
    if (head <= r->next)
        return RAMFRAME_E_CORRUPT_HEAD;
    uint64_t oldest = ramframe_oldest_(&r->channel, head);
    if (oldest <= r->next)
        oldest = r->next + 1;
    event->lagged = oldest - r->next;
    r->next = oldest;
    return RAMFRAME_LAGGED;
}

/* Stores `consumed` again where a late store of an older generation took its place. */
static inline void ramframe_restore_(struct ramframe_receiver *r) {
    uint32_t count;
    if (ramframe_is_seated_(r) && !r->progress_lost &&
        !ramframe_own_count_(&r->channel, ramframe_own_line_(r) + RAMFRAME_CONSUMED_, &count))
        ramframe_release_(r);
}

static inline int ramframe_or_empty_(int found) { return found == RAMFRAME_AGAIN_ ? RAMFRAME_EMPTY : found; }

/* Why the next message is not there; RAMFRAME_AGAIN_ if it is there now. */
static inline int ramframe_nothing_there_(struct ramframe_receiver *r, struct ramframe_event *event) {
    const struct ramframe_channel *c = &r->channel;
    uint32_t epoch = ramframe_load_(c, RAMFRAME_EPOCH_), closed = ramframe_load_(c, RAMFRAME_CLOSED_);
    RAMFRAME_FENCE_ACQUIRE(); /* epoch, closed */
    bool has_sender = ramframe_owns_(c, epoch);
    r->sender_seen = r->sender_seen || has_sender;
    uint64_t stamp = r->sender_seen ? ramframe_stamp_(c, r->next) : 0;
    if (stamp == ramframe_published_(r->next))
        return RAMFRAME_AGAIN_;
    if (has_sender && !ramframe_is_unwritten_(c, stamp, r->next))
        return ramframe_lapped_(r, event);
    ramframe_restore_(r);
    if (!has_sender)
        return ramframe_or_empty_(ramframe_untold_(r, event));
    int news = ramframe_news_(r, epoch, event);
    if (news != RAMFRAME_AGAIN_ || epoch != closed)
        return ramframe_or_empty_(news);
    r->told_closed = true;
    return RAMFRAME_CLOSED;
}

/* Reads message `sequence` without receiving it: as much of it as has room. RAMFRAME_EMPTY: it is not there. RAMFRAME_AGAIN_: it changed
 * meanwhile. */
static inline int ramframe_read_frame_(const struct ramframe_channel *c, uint64_t sequence, void *buffer, uint32_t size,
                                       struct ramframe_event *event) {
    size_t slot = ramframe_slot_(c, sequence);
    if (!ramframe_is_published_(c, sequence))
        return RAMFRAME_EMPTY;
    RAMFRAME_FENCE_ACQUIRE(); /* publish */
    uint64_t header = ramframe_load_pair_(c, slot + RAMFRAME_LENGTH_);
    event->sequence = sequence;
    event->length = ramframe_low_(header);
    event->epoch = ramframe_high_(header);
    uint32_t length = ramframe_min_(event->length, ramframe_min_(size, c->geometry.capacity));
    if (event->length == RAMFRAME_VOID_)
        length = 0;
    RAMFRAME_INVALIDATE(c->base + slot + RAMFRAME_PAYLOAD_, (size_t)length);
    RAMFRAME_COPY_OUT(buffer, c->base + slot + RAMFRAME_PAYLOAD_, length);
    if (c->geometry.policy == RAMFRAME_OVERWRITE) {
        RAMFRAME_FENCE_ACQUIRE(); /* claim */
        if (!ramframe_is_published_(c, sequence))
            return RAMFRAME_AGAIN_;
    }
    return ramframe_holds_(c) ? RAMFRAME_MESSAGE : RAMFRAME_AGAIN_;
}

/* Whether all of what was read fits: RAMFRAME_MESSAGE, an error, or RAMFRAME_AGAIN_ for a void frame. */
static inline int ramframe_fit_(const struct ramframe_channel *c, uint32_t length, uint32_t size) {
    if (length == RAMFRAME_VOID_)
        return RAMFRAME_AGAIN_;
    if (length > c->geometry.capacity)
        return RAMFRAME_E_CORRUPT_LENGTH;
    return length > size ? RAMFRAME_E_TOO_LONG : RAMFRAME_MESSAGE;
}

/* Receives the next message, which was read. */
static inline void ramframe_advance_(struct ramframe_receiver *r, bool is_message) {
    if (is_message && r->told_gap) {
        ramframe_say_(r, RAMFRAME_DISCARDING_, 0);
        r->gap = 0;
        r->has_gap = r->told_gap = false;
    }
    r->next += 1;
    ramframe_release_(r);
}

/* One look. `skips`: the message's length and bytes do not matter. */
static inline int ramframe_look_(struct ramframe_receiver *r, void *buffer, uint32_t size, bool skips, struct ramframe_event *event) {
    int found = r->sender_seen ? ramframe_read_frame_(&r->channel, r->next, buffer, size, event) : (int)RAMFRAME_EMPTY;
    if (found != RAMFRAME_MESSAGE)
        return found == RAMFRAME_EMPTY ? ramframe_nothing_there_(r, event) : found;
    found = ramframe_news_(r, event->epoch, event);
    if (found != RAMFRAME_AGAIN_)
        return found;
    found = ramframe_fit_(&r->channel, event->length, size);
    if (skips && found < 0)
        found = RAMFRAME_MESSAGE;
    if (found == RAMFRAME_MESSAGE || found == RAMFRAME_AGAIN_)
        ramframe_advance_(r, found == RAMFRAME_MESSAGE);
    return found;
}

static inline int ramframe_step_(struct ramframe_receiver *r, void *buffer, uint32_t size, bool skips, struct ramframe_event *event) {
    int found = RAMFRAME_AGAIN_;
    event->sequence = event->lagged = 0;
    event->length = event->epoch = 0;
    for (int looks = 0; found == RAMFRAME_AGAIN_ && looks < RAMFRAME_LOOKS_; looks++)
        found = ramframe_look_(r, buffer, size, skips, event);
    if (found == RAMFRAME_MESSAGE)
        return found;
    if (!ramframe_is_current(&r->channel)) /* what was found may be of two generations */
        return RAMFRAME_E_REFORMATTED;
    return found == RAMFRAME_AGAIN_ ? RAMFRAME_BUSY : found;
}

/* ramframe_try_recv: receives the next message into the `size` bytes at `buffer`, or says what else there is. Never waits.
 *
 * Returns RAMFRAME_MESSAGE, with `event` filled; RAMFRAME_LAGGED, with `lagged` filled; RAMFRAME_EMPTY, RAMFRAME_PROGRESS_LOST,
 * RAMFRAME_RESTARTED, RAMFRAME_CLOSED or RAMFRAME_BUSY; or RAMFRAME_E_TOO_LONG (the message stays, `length` says how long it is),
 * RAMFRAME_E_REFORMATTED, or RAMFRAME_E_CORRUPT_... . Unless it is RAMFRAME_MESSAGE, `buffer` may hold anything, and nothing was
 * received. RAMFRAME_CLOSED comes again until there is another sender.
 *
 * A message that is returned is whole, and of one generation: the sender cannot change it any more. A message costs at most 10
 * accesses and one copy (8 under backpressure), the first one 3 more, a side that notifies 2 more; no message at most 66 accesses and
 * one copy. Each further attempt, of 5 in all, costs at most 25 and one copy. */
static inline int ramframe_try_recv(struct ramframe_receiver *r, void *buffer, uint32_t size, struct ramframe_event *event) {
    return ramframe_step_(r, buffer, size, false, event);
}

/* ramframe_skip: as ramframe_try_recv(), and drops the message unread, whatever its length says: for after
 * RAMFRAME_E_TOO_LONG or RAMFRAME_E_CORRUPT_LENGTH. */
static inline int ramframe_skip(struct ramframe_receiver *r, struct ramframe_event *event) {
    return ramframe_step_(r, NULL, 0, true, event);
}

/* One try to read the newest message; `passed` counts void frames. */
static inline int ramframe_newest_(struct ramframe_receiver *r, void *buffer, uint32_t size, uint64_t *passed,
                                   struct ramframe_event *event) {
    const struct ramframe_channel *c = &r->channel;
    uint64_t head = 0;
    int found = ramframe_find_head_(c, &head);
    if (found != RAMFRAME_OK)
        return found == RAMFRAME_E_BUSY ? RAMFRAME_BUSY : found;
    if (head <= *passed || (ramframe_is_seated_(r) && head - *passed <= r->next))
        return RAMFRAME_EMPTY;
    found = ramframe_read_frame_(c, head - *passed - 1, buffer, size, event);
    if (found != RAMFRAME_MESSAGE || !ramframe_owns_(c, event->epoch))
        return RAMFRAME_AGAIN_;
    *passed += event->length == RAMFRAME_VOID_;
    return ramframe_fit_(c, event->length, size);
}

/* ramframe_latest: copies the newest message into `buffer` without receiving it: the next receive gives what it would have given. Under
 * backpressure only messages that this receiver has not received can be looked at.
 *
 * Returns RAMFRAME_MESSAGE, RAMFRAME_EMPTY or RAMFRAME_BUSY, or an error as ramframe_try_recv(). At most 242 accesses and 4
 * copies. */
static inline int ramframe_latest(struct ramframe_receiver *r, void *buffer, uint32_t size, struct ramframe_event *event) {
    uint64_t passed = event->lagged = 0;
    event->length = event->epoch = 0;
    int found = ramframe_meet_sender_(r) ? RAMFRAME_AGAIN_ : RAMFRAME_EMPTY;
    for (int tries = 0; found == RAMFRAME_AGAIN_ && tries < RAMFRAME_TRIES_; tries++)
        found = ramframe_newest_(r, buffer, size, &passed, event);
    if (found != RAMFRAME_MESSAGE && !ramframe_is_current(&r->channel))
        return RAMFRAME_E_REFORMATTED;
    return found == RAMFRAME_AGAIN_ ? RAMFRAME_BUSY : found;
}

/* ramframe_has_news: whether a receive would return something other than RAMFRAME_EMPTY, or the region was formatted. Changes nothing.
 * It can become true at any time; only a receive makes it false. At most 9 accesses. */
static inline bool ramframe_has_news(const struct ramframe_receiver *r) {
    const struct ramframe_channel *c = &r->channel;
    uint32_t epoch = ramframe_load_(c, RAMFRAME_EPOCH_), closed = ramframe_load_(c, RAMFRAME_CLOSED_);
    bool has_changed = !r->sender_seen || epoch != r->epoch || (epoch == closed) != r->told_closed;
    bool has_sent = has_changed || !ramframe_is_unwritten_(c, ramframe_stamp_(c, r->next), r->next);
    return (r->gap != 0 && !r->told_gap) || r->progress_lost || (ramframe_owns_(c, epoch) && has_sent) || !ramframe_is_current(c);
}

/* ramframe_wait_for_news: waits once for news: for after RAMFRAME_EMPTY. Returns when there may be news, when `wait` has waited long enough, or
 * sooner; receive again to find out. Requests a notification first, except on memory that can only be read. Where the sender never
 * notifies, this side polls. At most 19 accesses and one call of `wait`. */
static inline void ramframe_wait_for_news(struct ramframe_receiver *r) {
    const struct ramframe_channel *c = &r->channel;
    if (r->sender_seen && ramframe_load_(c, RAMFRAME_SENDER_NOTIFIES_) == RAMFRAME_SILENT) {
        ramframe_poll_(r->wait);
        return;
    }
    ramframe_restore_(r);
    uint32_t seen = ramframe_load_(c, RAMFRAME_NOTIFY_SEQ_);
    RAMFRAME_FENCE_ACQUIRE(); /* notify */
    if (!r->read_only) {
        ramframe_store_(c, ramframe_requests_(c), 1);
        RAMFRAME_FENCE_SEQ_CST(); /* request */
        if (!ramframe_ensure_seen_(ramframe_load_(c, RAMFRAME_SENDER_NOTIFIES_), r->wait))
            return;
    }
    if (!ramframe_has_news(r))
        ramframe_sleep_(c, r->wait, RAMFRAME_NOTIFY_SEQ_, seen);
}

/* ramframe_recv: as ramframe_try_recv(), and waits for a message or other news, at most `max_waits` times, each as long as the
 * receiver's `wait` does. If that is over, it returns RAMFRAME_EMPTY or RAMFRAME_BUSY. It does not wait after RAMFRAME_CLOSED, which
 * comes again: to wait for another sender, call ramframe_wait_for_news() before the next receive. */
static inline int ramframe_recv(struct ramframe_receiver *r, void *buffer, uint32_t size, struct ramframe_event *event,
                                uint32_t max_waits) {
    for (;;) {
        int found = ramframe_try_recv(r, buffer, size, event);
        bool is_nothing = found == RAMFRAME_EMPTY || found == RAMFRAME_BUSY;
        if (!is_nothing || !ramframe_may_wait_(&max_waits))
            return found;
        ramframe_wait_for_news(r);
    }
}

/* ---- 9. Linux: a System V segment, its locks, and sleeping -------------------------------------------------------------- */

/* With RAMFRAME_LINUX a program shares channels with the program `host`, and with others like itself. A key names a System V segment
 * and a set of semaphores. The kernel gives the semaphores of a process back when that ends, however it ends. So there is one
 * sender, and one receiver for each index.
 *
 * What is another user's or another program's is refused with RAMFRAME_E_UNTRUSTED, and left alone. A new segment has mode 0600. Each
 * end of a channel is one thread's. It must stay where it was opened: do not copy or move its structure. After a fork the child
 * has no end of a channel: there each call returns RAMFRAME_E_LOST and stores nothing. */
#ifdef RAMFRAME_LINUX

/* How an end sleeps, and what came of it. Fields to read: `woken`, how often the other side woke it; `woke`, how many sleepers it
 * woke. `milliseconds` is the longest sleep, 100 at first; a program may set it lower. */
struct ramframe_futex {
    uint32_t milliseconds, limit;
    uint64_t woken, woke;
};

/* The segment and the set of semaphores of one end. */
struct ramframe_place {
    key_t key;
    int segment, set;
    int held; /* index of the semaphore that this process holds; -1: none */
    pid_t process;
    bool removes;
    void *base;
    size_t length;
};

/* The two ends. The fields of `sender` and `receiver` may be read as section 3 says, and those of `futex`. Give `&end.receiver` to
 * ramframe_skip() and ramframe_latest(), and `&end.sender` or `&end.receiver` to no other function that stores. */
struct ramframe_linux_sender {
    struct ramframe_sender sender;
    struct ramframe_place place;
    struct ramframe_futex futex;
    struct ramframe_wait wait;
    uint32_t unchecked;
};
struct ramframe_linux_receiver {
    struct ramframe_receiver receiver;
    struct ramframe_place place;
    struct ramframe_futex futex;
    struct ramframe_wait wait;
};

static inline uint64_t ramframe_now_(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static inline uint64_t ramframe_deadline_(uint32_t milliseconds) {
    return milliseconds == RAMFRAME_FOREVER ? UINT64_MAX : ramframe_now_() + milliseconds;
}

/* Whether time is left; then no sleep is longer. */
static inline bool ramframe_has_time_(struct ramframe_futex *futex, uint64_t deadline) {
    uint64_t now = deadline == UINT64_MAX ? 0 : ramframe_now_(), left = deadline > now ? deadline - now : 0;
    futex->limit = left < futex->milliseconds ? (uint32_t)left : futex->milliseconds;
    return left > 0;
}

static inline struct timespec ramframe_span_(uint32_t milliseconds) {
    struct timespec span;
    span.tv_sec = (time_t)(milliseconds / 1000);
    span.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    return span;
}

static inline void ramframe_nap_(void *context) {
    (void)context;
    const struct timespec span = ramframe_span_(1);
    nanosleep(&span, NULL);
}

static inline void ramframe_futex_wait_(void *context, const ramframe_word *word, uint32_t seen) {
    struct ramframe_futex *futex = (struct ramframe_futex *)context;
    const struct timespec limit = ramframe_span_(futex->limit);
    if (syscall(SYS_futex, word, FUTEX_WAIT, seen, &limit, NULL, 0) == 0)
        futex->woken += 1;
}

static inline void ramframe_futex_wake_(void *context, const ramframe_word *word) {
    struct ramframe_futex *futex = (struct ramframe_futex *)context;
    long woke = syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    futex->woke += woke > 0 ? (uint64_t)woke : 0;
}

static inline bool ramframe_futex_fence_(void *context) {
    (void)context;
    return syscall(SYS_membarrier, 2 /* MEMBARRIER_CMD_GLOBAL_EXPEDITED */, 0, 0) == 0;
}

static inline void ramframe_sleeper_(struct ramframe_wait *wait, struct ramframe_futex *futex, uint32_t notifies) {
    const struct ramframe_futex rested = {100, 100, 0, 0};
    const struct ramframe_wait sleeper = {notifies, ramframe_futex_wait_,  ramframe_nap_, ramframe_futex_wake_,
                                          futex,    ramframe_futex_fence_};
    *futex = rested;
    *wait = sleeper;
}

/* RAMFRAME_AGAIN_: the object was removed under us, or is not there yet. */
static inline int ramframe_system_(void) {
    return errno == ENOENT || errno == EIDRM || errno == EINVAL ? RAMFRAME_AGAIN_ : RAMFRAME_E_SYSTEM;
}

static inline bool ramframe_is_trusted_(const struct ipc_perm *permissions) {
    uid_t user = geteuid();
    return permissions->uid == user && permissions->cuid == user && (permissions->mode & 0022) == 0;
}

static inline void ramframe_unmap_(struct ramframe_place *p) {
    if (p->base != NULL)
        shmdt(p->base);
    p->base = NULL;
}

static inline int ramframe_map_(struct ramframe_place *p, int flags) {
    struct shmid_ds status;
    if (shmctl(p->segment, IPC_STAT, &status) < 0)
        return ramframe_system_();
    if (!ramframe_is_trusted_(&status.shm_perm))
        return RAMFRAME_E_UNTRUSTED;
    void *base = shmat(p->segment, NULL, flags);
    if (base == (void *)-1)
        return ramframe_system_();
    p->base = base;
    p->length = status.shm_segsz;
    return RAMFRAME_OK;
}

/* Finds the segment of the key, maps it, and reads the channel. RAMFRAME_AGAIN_: there is none. */
static inline int ramframe_find_segment_(struct ramframe_place *p, int flags, struct ramframe_channel *c) {
    p->segment = shmget(p->key, 0, 0);
    if (p->segment < 0)
        return ramframe_system_();
    RAMFRAME_TRY_(ramframe_map_(p, flags));
    return ramframe_read(p->base, p->length, c);
}

static inline bool ramframe_key_names_(const struct ramframe_place *p) { return shmget(p->key, 0, 0) == p->segment; }

/* Opens the set of the key. RAMFRAME_AGAIN_: there is none. */
static inline int ramframe_find_set_(struct ramframe_place *p, unsigned long *semaphores) {
    struct semid_ds status;
    p->set = semget(p->key, 0, 0);
    if (p->set < 0 || semctl(p->set, 0, IPC_STAT, &status) < 0)
        return ramframe_system_();
    *semaphores = status.sem_nsems;
    bool is_marked = (status.sem_perm.mode & 0111) == 0001;
    return is_marked && ramframe_is_trusted_(&status.sem_perm) ? RAMFRAME_OK : RAMFRAME_E_UNTRUSTED;
}

static inline int ramframe_take_(const struct ramframe_place *p, uint32_t index) {
    struct sembuf steps[] = {{(unsigned short)index, 0, IPC_NOWAIT}, {(unsigned short)index, 1, SEM_UNDO}};
    if (semop(p->set, steps, 2) == 0)
        return RAMFRAME_OK;
    return errno == EAGAIN ? RAMFRAME_E_TAKEN : ramframe_system_();
}

static inline void ramframe_give_(const struct ramframe_place *p, uint32_t index) {
    struct sembuf step = {(unsigned short)index, -1, SEM_UNDO | IPC_NOWAIT};
    (void)semop(p->set, &step, 1);
}

static inline void ramframe_enter_place_(struct ramframe_place *p, key_t key) {
    const struct ramframe_place nowhere = {key, -1, -1, -1, getpid(), false, NULL, 0};
    *p = nowhere;
}

static inline void ramframe_leave_place_(struct ramframe_place *p) {
    if (p->held >= 0 && p->process == getpid() && semctl(p->set, p->held, GETPID) == p->process)
        ramframe_give_(p, (uint32_t)p->held);
    p->held = -1;
    ramframe_unmap_(p);
}

static inline bool ramframe_is_wanted_(const struct ramframe_geometry *g, const struct ramframe_geometry *wanted) {
    return g->policy == wanted->policy && g->receivers == wanted->receivers && g->capacity >= wanted->capacity;
}

/* Looks at what the key names, and changes nothing. */
static inline int ramframe_survey_(struct ramframe_place *p, const struct ramframe_geometry *wanted) {
    struct ramframe_channel c;
    int result = ramframe_find_segment_(p, SHM_RDONLY, &c);
    ramframe_unmap_(p);
    if (result == RAMFRAME_AGAIN_ || result == RAMFRAME_E_UNFORMATTED)
        return RAMFRAME_OK;
    return result == RAMFRAME_OK && !ramframe_is_wanted_(&c.geometry, wanted) ? RAMFRAME_E_OTHER : result;
}

/* Opens the set that is there. One of a wrong size that belongs to no segment is removed: RAMFRAME_AGAIN_. */
static inline int ramframe_adopt_set_(struct ramframe_place *p, unsigned long wanted) {
    unsigned long semaphores = 0;
    int result = ramframe_find_set_(p, &semaphores);
    /* A set may end with two semaphores that say which file it was made for. No lock has a value like theirs. */
    bool is_tagged = semaphores == wanted + 2 && semctl(p->set, (int)wanted + 1, GETVAL) >= 1 << 14;
    if (result != RAMFRAME_OK || semaphores == wanted || is_tagged)
        return result;
    if (shmget(p->key, 0, 0) >= 0)
        return RAMFRAME_E_OTHER;
    result = ramframe_take_(p, 0);
    if (result == RAMFRAME_OK)
        semctl(p->set, 0, IPC_RMID);
    return result == RAMFRAME_OK ? (int)RAMFRAME_AGAIN_ : result;
}

/* Makes or opens the set, and takes the sender's semaphore: from then on this process alone makes or removes the segment. */
static inline int ramframe_become_sender_(struct ramframe_place *p, uint32_t receivers) {
    int result = RAMFRAME_AGAIN_;
    for (int tries = 0; result == RAMFRAME_AGAIN_ && tries < 100; tries++) {
        p->set = semget(p->key, (int)(1 + receivers), IPC_CREAT | IPC_EXCL | 0601);
        if (p->set < 0 && errno != EEXIST)
            return RAMFRAME_E_SYSTEM;
        result = p->set < 0 ? ramframe_adopt_set_(p, 1 + receivers) : RAMFRAME_OK;
        if (result == RAMFRAME_OK)
            result = ramframe_take_(p, 0);
    }
    if (result == RAMFRAME_OK)
        p->held = 0;
    return result == RAMFRAME_AGAIN_ ? (int)RAMFRAME_E_TAKEN : result;
}

static inline int ramframe_make_segment_(struct ramframe_place *p, const struct ramframe_geometry *g, struct ramframe_channel *c) {
    p->segment = shmget(p->key, (size_t)ramframe_size(g), IPC_CREAT | IPC_EXCL | 0600);
    if (p->segment < 0)
        return errno == EEXIST ? (int)RAMFRAME_AGAIN_ : (int)RAMFRAME_E_SYSTEM;
    p->removes = true;
    RAMFRAME_TRY_(ramframe_map_(p, 0));
    RAMFRAME_TRY_(ramframe_format(p->base, p->length, g, (uint32_t)p->process, NULL));
    return ramframe_read(p->base, p->length, c);
}

/* Whether the first format of memory that was all 0 stores `word` at `at`, for some sizes. */
static inline bool ramframe_is_first_format_(size_t at, uint32_t word) {
    const uint32_t farthest = ramframe_tag_(1 + (UINT32_C(1) << (RAMFRAME_TAG_BITS_ - 1)), 0);
    if (word == 0 || (RAMFRAME_VERSION_ <= at && at < RAMFRAME_NAME_ + RAMFRAME_NAME_LENGTH))
        return true;
    if (at == RAMFRAME_NOTIFY_SEQ_)
        return word == ramframe_tag_(1, 0);
    return at > RAMFRAME_CONSTANTS_ && at % 32 <= RAMFRAME_DISCARDING_ && word == farthest;
}

/* Whether the process that made the segment died before it stored `magic`. */
static inline bool ramframe_is_abandoned_(const struct ramframe_place *p) {
    struct shmid_ds status;
    struct ramframe_channel c;
    if (ramframe_region_(&c, p->base, p->length) != RAMFRAME_OK || shmctl(p->segment, IPC_STAT, &status) < 0)
        return false;
    bool is_half = status.shm_nattch == 1;
    for (size_t at = 0; is_half && at + 4 <= p->length; at += 4)
        is_half = ramframe_is_first_format_(at, ramframe_load_(&c, at));
    return is_half;
}

static inline int ramframe_find_or_make_(struct ramframe_place *p, const struct ramframe_geometry *wanted, struct ramframe_channel *c) {
    int result = RAMFRAME_AGAIN_;
    for (int looks = 0; looks < 1000; looks++) {
        result = ramframe_find_segment_(p, 0, c);
        if (result == RAMFRAME_AGAIN_)
            result = ramframe_make_segment_(p, wanted, c);
        if (result == RAMFRAME_OK)
            return ramframe_is_wanted_(&c->geometry, wanted) ? RAMFRAME_OK : RAMFRAME_E_OTHER;
        if (result != RAMFRAME_E_UNFORMATTED && result != RAMFRAME_AGAIN_)
            return result;
        if (p->base != NULL && ramframe_is_abandoned_(p))
            shmctl(p->segment, IPC_RMID, NULL);
        ramframe_unmap_(p);
        ramframe_nap_(NULL);
    }
    return RAMFRAME_E_UNFORMATTED;
}

static inline int ramframe_enter_sender_(struct ramframe_linux_sender *s, const struct ramframe_geometry *wanted) {
    struct ramframe_place *p = &s->place;
    struct ramframe_channel c;
    RAMFRAME_TRY_(ramframe_find_or_make_(p, wanted, &c));
    uint32_t epoch = ramframe_load_(&c, RAMFRAME_EPOCH_);
    bool was_kept = ramframe_owns_(&c, epoch) && ramframe_load_(&c, RAMFRAME_CLOSED_) == epoch;
    p->removes = p->removes || !was_kept;
    return ramframe_attach_sender(&s->sender, &c, &s->wait);
}

/* ramframe_open_sender: becomes the sender of the channel that `key` names (see ftok(3)); makes a segment of the sizes `wanted` if
 * there is none. A channel that is there must have the policy and the receivers of `wanted`, and at least its capacity. It goes on
 * where the sender before stopped.
 *
 * Returns 0, RAMFRAME_E_TAKEN, RAMFRAME_E_UNTRUSTED, RAMFRAME_E_OTHER, RAMFRAME_E_SYSTEM with `errno`, or an error of
 * ramframe_read(), ramframe_check() or ramframe_attach_sender(); then nothing is open. May wait a second for one that just makes
 * the segment. About ten system calls. */
static inline int ramframe_open_sender(struct ramframe_linux_sender *s, key_t key, const struct ramframe_geometry *wanted) {
    struct ramframe_place *p = &s->place;
    bool is_overwrite = wanted->policy == RAMFRAME_OVERWRITE; /* receivers on read-only memory cannot request */
    ramframe_enter_place_(p, key);
    ramframe_sleeper_(&s->wait, &s->futex, RAMFRAME_ANSWERS | (is_overwrite ? RAMFRAME_UNREQUESTED : 0));
    s->unchecked = 0;
    RAMFRAME_TRY_(ramframe_check(wanted, SIZE_MAX));
    RAMFRAME_TRY_(ramframe_survey_(p, wanted));
    RAMFRAME_TRY_(ramframe_become_sender_(p, wanted->receivers));
    int result = ramframe_enter_sender_(s, wanted);
    if (result == RAMFRAME_OK)
        return result;
    if (shmget(key, 0, 0) < 0 && errno == ENOENT && semctl(p->set, 0, IPC_RMID) == 0)
        p->held = -1;
    ramframe_leave_place_(p);
    return result;
}

/* ramframe_check_sender: whether this process is still the sender of the key's channel: 0, RAMFRAME_E_LOST or
 * RAMFRAME_E_REFORMATTED. An answer can become false right after. ramframe_send_for() calls it before each wait, and once in 256
 * messages; a sender that idles should call it now and then. Three system calls. */
static inline int ramframe_check_sender(struct ramframe_linux_sender *s) {
    const struct ramframe_place *p = &s->place;
    if (p->process != getpid() || !ramframe_key_names_(p) || semctl(p->set, 0, GETPID) != p->process)
        return RAMFRAME_E_LOST;
    return ramframe_is_current(&s->sender.channel) ? RAMFRAME_OK : RAMFRAME_E_REFORMATTED;
}

/* ramframe_send_for: sends a message, and waits for room at most `milliseconds` (0: not at all; RAMFRAME_FOREVER). Returns what
 * ramframe_try_send() returns, or RAMFRAME_E_LOST: then close this end. A signal does not end the wait. One getpid() a message, and one futex call where a receiver
 * sleeps or cannot say that it does. */
static inline int ramframe_send_for(struct ramframe_linux_sender *s, const void *message, uint32_t length, uint32_t milliseconds) {
    uint64_t deadline = milliseconds == 0 ? 0 : ramframe_deadline_(milliseconds);
    if (s->place.process != getpid())
        return RAMFRAME_E_LOST;
    for (;;) {
        int result = s->unchecked++ % 256 == 255 ? ramframe_check_sender(s) : RAMFRAME_OK;
        if (result == RAMFRAME_OK)
            result = ramframe_try_send(&s->sender, message, length);
        if (result != RAMFRAME_E_FULL || !ramframe_has_time_(&s->futex, deadline))
            return result;
        RAMFRAME_TRY_(ramframe_check_sender(s));
        ramframe_wait_for_room(&s->sender, s->sender.slowest);
    }
}

/* Of a receiver whose semaphore is free: whether it died, as far as the set `set` can tell. */
static inline bool ramframe_is_dead_(const struct ramframe_channel *c, uint32_t index, int set) {
    uint32_t attached, detached;
    size_t line = ramframe_receiver_line_(c, index);
    uint32_t recorded = c->geometry.line < 64 ? 0 : ramframe_load_(c, line + RAMFRAME_LOCK_SET_);
    bool has_attached = ramframe_own_count_(c, line + RAMFRAME_ATTACH_COUNT_, &attached);
    bool has_detached = ramframe_own_count_(c, line + RAMFRAME_DETACHED_AT_, &detached) && attached == detached;
    return has_attached && !has_detached && (recorded == 0 || recorded == (uint32_t)set + 1);
}

/* ramframe_reclaim_dead: if the process of receiver `index` died, discards what that has not received, and frees this sender.
 * `*discarded` is how many messages that were. The next receiver of this index is told them as RAMFRAME_LAGGED. How long to wait for
 * a next receiver before that is the program's choice.
 *
 * Returns 0, RAMFRAME_E_NOT_DEAD, RAMFRAME_E_LOST, or an error of ramframe_reclaim(). About six system calls. */
static inline int ramframe_reclaim_dead(struct ramframe_linux_sender *s, uint32_t index, uint64_t *discarded) {
    const struct ramframe_channel *c = &s->sender.channel;
    *discarded = 0;
    RAMFRAME_TRY_(ramframe_check_sender(s));
    if (index >= c->geometry.receivers || ramframe_take_(&s->place, 1 + index) != RAMFRAME_OK)
        return RAMFRAME_E_NOT_DEAD;
    int result = ramframe_is_dead_(c, index, s->place.set) ? ramframe_reclaim(c, index, &s->wait, discarded) : (int)RAMFRAME_E_NOT_DEAD;
    ramframe_give_(&s->place, 1 + index);
    return result;
}

/* ramframe_close_sender: leaves. Under backpressure it first waits, at most `milliseconds`, until each receiver has received
 * everything. Then it removes the segment, unless `keep`, or unless the segment was kept by another sender before this one; and
 * tells the receivers RAMFRAME_CLOSED. Do not use `s` afterwards.
 *
 * Returns 0, RAMFRAME_E_FULL (the time was over), or what ramframe_check_sender() returns: then it stored and removed nothing. */
static inline int ramframe_close_sender(struct ramframe_linux_sender *s, bool keep, uint32_t milliseconds) {
    struct ramframe_place *p = &s->place;
    uint64_t deadline = ramframe_deadline_(milliseconds);
    int result = ramframe_check_sender(s), drained = result;
    while (result == RAMFRAME_OK && (drained = ramframe_drain(&s->sender, 0)) == RAMFRAME_E_FULL) {
        if (!ramframe_has_time_(&s->futex, deadline))
            break;
        ramframe_wait_while_(&s->sender, s->sender.slowest, 1);
        result = ramframe_check_sender(s);
    }
    if (result == RAMFRAME_OK) {
        bool removed = p->removes && !keep && ramframe_key_names_(p) && shmctl(p->segment, IPC_RMID, NULL) == 0;
        ramframe_close(&s->sender);
        if (removed && semctl(p->set, 0, IPC_RMID) == 0)
            p->held = -1;
    }
    ramframe_leave_place_(p);
    return result == RAMFRAME_OK ? drained : result;
}

/* RAMFRAME_FIRST_FREE: the lowest index that no other process has. */
enum { RAMFRAME_FIRST_FREE = -1 };

static inline int ramframe_take_receiver_(struct ramframe_place *p, uint32_t receivers, int index) {
    uint32_t first = index < 0 ? 0 : (uint32_t)index;
    uint32_t end = index < 0 ? receivers : first + 1;
    if (first >= receivers)
        return RAMFRAME_E_NO_SUCH_RECEIVER;
    for (uint32_t i = first; i < end; i++) {
        int result = ramframe_take_(p, 1 + i);
        if (result == RAMFRAME_OK)
            p->held = (int)(1 + i);
        if (result != RAMFRAME_E_TAKEN)
            return result;
    }
    return RAMFRAME_E_TAKEN;
}

/* Takes an index, and maps the same segment again, for writing. */
static inline int ramframe_enter_receiver_(struct ramframe_linux_receiver *r, struct ramframe_channel *c, int index) {
    struct ramframe_place *p = &r->place;
    RAMFRAME_TRY_(ramframe_take_receiver_(p, c->geometry.receivers, index));
    ramframe_unmap_(p);
    RAMFRAME_TRY_(ramframe_map_(p, 0));
    RAMFRAME_TRY_(ramframe_read(p->base, p->length, c));
    if (c->geometry.line >= 64)
        ramframe_store_(c, ramframe_receiver_line_(c, (uint32_t)p->held - 1) + RAMFRAME_LOCK_SET_, (uint32_t)p->set + 1);
    return ramframe_attach_receiver(&r->receiver, c, (uint32_t)p->held - 1, &r->wait);
}

static inline int ramframe_try_open_(struct ramframe_linux_receiver *r, int index, int flags) {
    struct ramframe_place *p = &r->place;
    struct ramframe_channel c;
    unsigned long semaphores = 0;
    RAMFRAME_TRY_(ramframe_find_segment_(p, SHM_RDONLY, &c));
    int result = ramframe_find_set_(p, &semaphores);
    if (c.geometry.policy == RAMFRAME_BACKPRESSURE)
        return result == RAMFRAME_OK ? ramframe_enter_receiver_(r, &c, index) : result;
    if (result != RAMFRAME_OK)
        p->set = -1;
    return ramframe_attach_reader(&r->receiver, &c, flags | RAMFRAME_READ_ONLY, &r->wait);
}

/* ramframe_open_receiver: becomes a receiver of the channel that `key` names, and waits for one at most `milliseconds`. `index`: of a
 * backpressure channel, from 0, or RAMFRAME_FIRST_FREE. `flags`: of an overwrite channel, RAMFRAME_FROM_OLDEST or
 * RAMFRAME_FROM_NEXT; such a receiver maps the memory for reading only.
 *
 * Returns 0, RAMFRAME_E_TIMEOUT, RAMFRAME_E_TAKEN, RAMFRAME_E_UNTRUSTED, RAMFRAME_E_SYSTEM with `errno`, or an error of
 * ramframe_read(), ramframe_attach_reader() or ramframe_attach_receiver(); then nothing is open. */
static inline int ramframe_open_receiver(struct ramframe_linux_receiver *r, key_t key, int index, int flags, uint32_t milliseconds) {
    uint64_t deadline = ramframe_deadline_(milliseconds);
    ramframe_sleeper_(&r->wait, &r->futex, RAMFRAME_ANSWERS);
    for (;;) {
        ramframe_enter_place_(&r->place, key);
        int result = ramframe_try_open_(r, index, flags);
        if (result == RAMFRAME_OK)
            return result;
        ramframe_leave_place_(&r->place);
        if (result != RAMFRAME_AGAIN_ && result != RAMFRAME_E_UNFORMATTED && result != RAMFRAME_E_BUSY)
            return result;
        if (!ramframe_has_time_(&r->futex, deadline))
            return RAMFRAME_E_TIMEOUT;
        ramframe_nap_(NULL);
    }
}

/* Whether the segment was removed, and nobody is left to close it. */
static inline bool ramframe_is_gone_(struct ramframe_linux_receiver *r) {
    const struct ramframe_place *p = &r->place;
    if (ramframe_key_names_(p) || (p->set >= 0 && semctl(p->set, 0, GETVAL) == 1))
        return false;
    if (p->set < 0)
        ramframe_wait_for_news(&r->receiver);
    return true;
}

/* ramframe_recv_for: receives the next message into `buffer`, or says what else there is; waits for either at most `milliseconds` (0: not
 * at all; RAMFRAME_FOREVER).
 *
 * Returns what ramframe_try_recv() returns; RAMFRAME_EMPTY means that the time is over. RAMFRAME_CLOSED comes once for each sender
 * that closed, and then it waits for another sender. RAMFRAME_REMOVED: the segment was removed and everything in it received: close
 * this end, and open it again to wait for another channel. RAMFRAME_E_LOST: close this end. RAMFRAME_E_TOO_LONG comes again until
 * ramframe_skip() drops the message. A signal does not end the wait: a program that looks at a flag gives a limit. One getpid() a message, and one call more
 * where nothing is there; an idle receiver sleeps, and makes about four system calls in 100 ms. */
static inline int ramframe_recv_for(struct ramframe_linux_receiver *r, void *buffer, uint32_t size, struct ramframe_event *event,
                                    uint32_t milliseconds) {
    uint64_t deadline = milliseconds == 0 ? 0 : ramframe_deadline_(milliseconds);
    bool is_gone = false;
    if (r->place.process != getpid())
        return RAMFRAME_E_LOST;
    for (;;) {
        bool told_closed = r->receiver.told_closed;
        int found = ramframe_try_recv(&r->receiver, buffer, size, event);
        if (found != RAMFRAME_EMPTY && found != RAMFRAME_BUSY && (found != RAMFRAME_CLOSED || !told_closed))
            return found;
        if (is_gone)
            return RAMFRAME_REMOVED;
        is_gone = ramframe_is_gone_(r);
        if (!is_gone && !ramframe_has_time_(&r->futex, deadline))
            return RAMFRAME_EMPTY;
        if (!is_gone)
            ramframe_wait_for_news(&r->receiver);
    }
}

/* ramframe_close_receiver: leaves. What was not received stays for the next receiver of the same index. Do not use `r` afterwards. */
static inline void ramframe_close_receiver(struct ramframe_linux_receiver *r) {
    if (r->place.process == getpid())
        ramframe_detach(&r->receiver);
    ramframe_leave_place_(&r->place);
}

#endif /* RAMFRAME_LINUX */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* RAMFRAME_H */
