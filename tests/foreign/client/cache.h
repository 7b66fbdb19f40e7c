/* A cache that does not cohere with the others: lines come in as early as they may, and go out late and whole. */
#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { CACHE_LINE = 32, CACHE_LINES = 256 };

struct cache {
    _Alignas(8) unsigned char bytes[CACHE_LINE * CACHE_LINES];
    bool valid[CACHE_LINES], dirty[CACHE_LINES];
};

static inline size_t cache_length(size_t line, size_t length) {
    size_t left = length - line * CACHE_LINE;
    return left < CACHE_LINE ? left : CACHE_LINE;
}

static inline void cache_fetch(struct cache *c, const unsigned char *memory, size_t length, size_t line) {
    if (!c->valid[line])
        memcpy(c->bytes + line * CACHE_LINE, memory + line * CACHE_LINE, cache_length(line, length));
    c->valid[line] = true;
}

/* Before a step: everything that is not there comes in, and so is old when it is looked at. */
static inline void cache_prefetch(struct cache *c, const unsigned char *memory, size_t length) {
    for (size_t line = 0; line * CACHE_LINE < length; line++)
        cache_fetch(c, memory, length, line);
}

static inline void *cache_cell(struct cache *c, const unsigned char *memory, size_t length, size_t at) {
    cache_fetch(c, memory, length, at / CACHE_LINE);
    return c->bytes + at;
}

static inline void cache_soil(struct cache *c, size_t at) { c->dirty[at / CACHE_LINE] = true; }

static inline void cache_clean(struct cache *c, unsigned char *memory, size_t length, size_t at, size_t count) {
    for (size_t line = at / CACHE_LINE; line * CACHE_LINE < at + count; line++) {
        if (c->dirty[line])
            memcpy(memory + line * CACHE_LINE, c->bytes + line * CACHE_LINE, cache_length(line, length));
        c->dirty[line] = false;
    }
}

/* With whatever was stored there and not cleaned. */
static inline void cache_drop(struct cache *c, size_t at, size_t count) {
    for (size_t line = at / CACHE_LINE; line * CACHE_LINE < at + count; line++)
        c->valid[line] = c->dirty[line] = false;
}

#endif
