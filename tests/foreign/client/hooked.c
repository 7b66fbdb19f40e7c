/* Is each access inside of the region, aligned, and of its byte's one width? And what if stores end, or loads lie? */
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

static void count(uint32_t words) { hooks.accesses += hooks.counts ? words : 0; }

static bool lies(void) { return hooks.lies != 0 && hook_random(hooks.lies) == 0; }

static bool is_alive(void) {
    hooks.stores += 1;
    if (hooks.stores_left == 0)
        return false;
    hooks.stores_left -= 1;
    return true;
}

uint32_t hook_load(const void *word) {
    offset(word, 4, 4);
    count(1);
    uint32_t value = *(const ramframe_word *)word;
    return lies() ? hook_anything(value) : value;
}

void hook_store(void *word, uint32_t value) {
    offset(word, 4, 4);
    count(1);
    if (is_alive())
        *(ramframe_word *)word = value;
}

uint64_t hook_load_pair(const void *pair) {
    offset(pair, 8, 8);
    count(2);
    uint64_t value = *(const ramframe_pair *)pair;
    if (lies())
        value = (value & ~(uint64_t)UINT32_MAX) | hook_anything((uint32_t)value);
    return lies() ? (value & UINT32_MAX) | (uint64_t)hook_anything((uint32_t)(value >> 32)) << 32 : value;
}

/* Of a frame: two stores, as on a machine that is not so wide, since a side may die between them. Of a payload: one. */
void hook_store_pair(void *pair, uint64_t value) {
    offset(pair, 8, 8);
    count(2);
    if (!hooks.counts) {
        if (is_alive())
            *(ramframe_pair *)pair = value;
        return;
    }
    if (is_alive())
        ((ramframe_word *)pair)[1] = (uint32_t)(value >> 32);
    if (is_alive())
        ((ramframe_word *)pair)[0] = (uint32_t)value;
}

void hook_fence(void) { count(1); }

void hook_range(const void *first, size_t length) { offset(first, length, 4); }

void hook_copy(bool begins) {
    hooks.counts = !begins;
    hooks.copies += begins;
}
