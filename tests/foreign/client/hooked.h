/* The header, with each access to shared memory handed to a function of hooked.c first. */
#ifndef HOOKED_H
#define HOOKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the accesses of a case go, and what becomes of them. */
struct hooks {
    unsigned char *memory;
    size_t length;
    uint32_t accesses;    /* loads, stores and fences; a pair counts as two */
    uint32_t copies;      /* of payloads */
    uint64_t stores;      /* words that were to be stored, copies included */
    uint64_t stores_left; /* later ones are dropped, as of a side that died */
    uint32_t lies;        /* one load in so many gives anything; 0: none */
    bool counts;          /* false inside of a copy */
    struct cache *cache;  /* of the side whose step it is; null: its machine has none */
};
extern struct hooks hooks;

uint32_t hook_load(const void *word);
void hook_store(void *word, uint32_t value);
uint64_t hook_load_pair(const void *pair);
void hook_store_pair(void *pair, uint64_t value);
void hook_fence(void);
/* `line`: where in the header it is asked for. LEFT_OUT in the environment names one that does nothing. */
void hook_clean(const void *first, size_t length, int line);
void hook_invalidate(const void *first, size_t length, int line);
/* The side with this number makes the next step, with a cache of its own if INCOHERENT is defined. What stands there is as old as it
 * can be. */
void hook_enter(uint32_t side);
void hook_forget(void);
void hook_copy(bool begins);
/* A number that looks like one of the wire's. */
uint32_t hook_anything(uint32_t like);
uint32_t hook_random(uint32_t below);

#define RAMFRAME_LOAD(word) hook_load(word)
#define RAMFRAME_STORE(word, value) hook_store(word, value)
#define RAMFRAME_STORE_RELEASE(word, value) hook_store(word, value)
#define RAMFRAME_LOAD_PAIR(pair) hook_load_pair(pair)
#define RAMFRAME_STORE_PAIR(pair, value) hook_store_pair(pair, value)
#define RAMFRAME_STORE_PAIR_RELEASE(pair, value) hook_store_pair(pair, value)
#define RAMFRAME_FENCE_ACQUIRE() hook_fence()
#define RAMFRAME_FENCE_RELEASE() hook_fence()
#define RAMFRAME_FENCE_SEQ_CST() hook_fence()
#define RAMFRAME_CLEAN(first, length) hook_clean(first, length, __LINE__)
#define RAMFRAME_INVALIDATE(first, length) hook_invalidate(first, length, __LINE__)
#define RAMFRAME_COPY_IN(slot, bytes, length) (hook_copy(true), ramframe_copy_in_(slot, bytes, length), hook_copy(false))
#define RAMFRAME_COPY_OUT(bytes, slot, length) (hook_copy(true), ramframe_copy_out_(bytes, slot, length), hook_copy(false))

#include "../../../core/c/ramframe.h"

#endif
