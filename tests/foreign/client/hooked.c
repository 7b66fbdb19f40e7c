/* Is each access inside of the region, aligned, and of its byte's one width? And what if stores end, or loads lie? */
#include "cache.h"
#include "hooked.h"

#include <stdio.h>
#include <stdlib.h>

struct hooks hooks = {.stores_left = UINT64_MAX, .counts = true};

static uint64_t state = 0x9E3779B97F4A7C15;

uint32_t hook_random(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

uint32_t hook_anything(uint32_t like) {
    static const uint32_t often[] = {0, 1, 2, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x464D4152, 0x00200000};
    switch (hook_random(4)) {
    case 0: return often[hook_random(sizeof often / sizeof often[0])];
    case 1: return like + hook_random(9) - 4;
    case 2: return like ^ (UINT32_C(1) << hook_random(32));
    default: return (uint32_t)state;
    }
}

static size_t offset(const void *first, size_t length, size_t align) {
    size_t at = (size_t)((const unsigned char *)first - hooks.memory);
    if (at > hooks.length || hooks.length - at < length || at % align != 0) {
        fprintf(stderr, "client: %zu bytes at %zu of %zu\n", length, at, hooks.length);
        abort();
    }
    return at;
}

/* Where this side finds what stands at `first`. */
static void *cell(const void *first, size_t length) {
    size_t at = offset(first, length, length);
    return hooks.cache == NULL ? hooks.memory + at : cache_cell(hooks.cache, hooks.memory, hooks.length, at);
}

static void count(uint32_t words) { hooks.accesses += hooks.counts ? words : 0; }

static bool lies(void) { return hooks.lies != 0 && hook_random(hooks.lies) == 0; }

static bool is_alive(void) {
    hooks.stores += 1;
    if (hooks.stores_left == 0)
        return false;
    hooks.stores_left -= 1;
    return true;
}

static void *stored(void *first, size_t length) {
    void *place = cell(first, length);
    if (hooks.cache != NULL)
        cache_soil(hooks.cache, offset(first, length, length));
    return place;
}

uint32_t hook_load(const void *word) {
    count(1);
    uint32_t value = *(const ramframe_word *)cell(word, 4);
    return lies() ? hook_anything(value) : value;
}

void hook_store(void *word, uint32_t value) {
    count(1);
    if (is_alive())
        *(ramframe_word *)stored(word, 4) = value;
}

uint64_t hook_load_pair(const void *pair) {
    count(2);
    uint64_t value = *(const ramframe_pair *)cell(pair, 8);
    if (lies())
        value = (value & ~(uint64_t)UINT32_MAX) | hook_anything((uint32_t)value);
    return lies() ? (value & UINT32_MAX) | (uint64_t)hook_anything((uint32_t)(value >> 32)) << 32 : value;
}

/* Of a frame: two stores, as on a machine that is not so wide, since a side may die between them. Of a payload: one. */
void hook_store_pair(void *pair, uint64_t value) {
    count(2);
    if (!hooks.counts) {
        if (is_alive())
            *(ramframe_pair *)stored(pair, 8) = value;
        return;
    }
    if (is_alive())
        ((ramframe_word *)stored(pair, 8))[1] = (uint32_t)(value >> 32);
    if (is_alive())
        ((ramframe_word *)stored(pair, 8))[0] = (uint32_t)value;
}

void hook_fence(void) { count(1); }

static bool is_left_out(int line) {
    const char *named = getenv("LEFT_OUT");
    return named != NULL && atoi(named) == line;
}

void hook_clean(const void *first, size_t length, int line) {
    size_t at = offset(first, length, 4);
    if (hooks.cache != NULL && hooks.stores_left > 0 && !is_left_out(line))
        cache_clean(hooks.cache, hooks.memory, hooks.length, at, length);
}

void hook_invalidate(const void *first, size_t length, int line) {
    size_t at = offset(first, length, 4);
    if (hooks.cache != NULL && !is_left_out(line))
        cache_drop(hooks.cache, at, length);
}

static struct cache caches[36];

void hook_enter(uint32_t side) {
#ifdef INCOHERENT
    hooks.cache = &caches[side];
    if (hooks.memory != NULL)
        cache_prefetch(hooks.cache, hooks.memory, hooks.length);
#else
    (void)side;
#endif
}

void hook_forget(void) { memset(caches, 0, sizeof caches); }

void hook_copy(bool begins) {
    hooks.counts = !begins;
    hooks.copies += begins;
}
