/* How does a region become an empty channel? "A format". */
#include "region.h"

enum { RECEIVERS = 32, TAG_BITS = 11, OPPOSITE = 1024 };

static void begin(const struct rf_channel *c) {
    store(c, MAGIC, 0);
    sequential(); /* formatting */
}

static void finish(const struct rf_channel *c) {
    store_release(c, GENERATION, c->generation); /* formatted */
    store_release(c, MAGIC, RAMF);               /* formatted */
}

static void store_constants(const struct rf_channel *c) {
    const struct rf_geometry *g = &c->geometry;
    const uint32_t words[] = {g->line, g->policy, g->slots, g->stride, g->capacity, g->receivers, g->slots_at};
    store(c, VERSION, 2);
    store(c, FIRST_EPOCH, c->first_epoch);
    store(c, REQUIRED, 0);
    store(c, OPTIONAL, 0);
    for (uint32_t i = 0; i < 7; i++)
        store(c, LINE + 4 * (uint64_t)i, words[i]);
    for (uint64_t at = EXTENT; at < CONSTANTS; at += 4)
        store(c, at, 0);
}

/* Every seat that there is room for, used or not. */
static void store_tags(const struct rf_channel *c) {
    const uint64_t words[] = {CONSUMED, ATTACH_COUNT, DETACHED_AT, DISCARDING};
    const struct rf_channel foreign = {.generation = c->generation + OPPOSITE};
    for (uint32_t r = 0; r < RECEIVERS && seat_line(c, r + 1) <= c->geometry.slots_at; r++)
        for (uint32_t i = 0; i < 4; i++)
            store(c, seat_line(c, r) + words[i], tagged(&foreign, 0));
    store(c, SESSION + NOTIFY_SEQ, tagged(c, 0));
}

static void clear_control(const struct rf_channel *c) {
    for (uint64_t at = SESSION; at < c->geometry.slots_at; at += 8) {
        if (head_line(c) <= at && at < requests(c)) {
            store_pair(c, at, 0);
            continue;
        }
        if (at != SESSION + EPOCH)
            store(c, at, 0);
        store(c, at + 4, 0);
    }
}

static void wake_all(const struct rf_channel *c, const struct rf_geometry *before) {
    const struct rf_channel old = {.base = c->base, .geometry = *before};
    rf_port.wake(word(&old, SESSION + NOTIFY_SEQ));
    for (uint32_t r = 0; r < before->receivers; r++)
        rf_port.wake(word(&old, seat_line(&old, r) + CONSUMED));
}

/* The same geometry where the lines and slots of the channel before are. */
static enum rf_result keep_places(struct rf_geometry *g, const struct rf_geometry *before, bool is_alone) {
    bool fits = g->line == before->line && g->slots_at <= before->slots_at;
    if (before->receivers > 0 && !(fits && is_alone))
        return RF_MOVES_PLACES;
    if (fits)
        g->slots_at = before->slots_at;
    return RF_OK;
}

static void next_generation(struct rf_channel *c, uint32_t seed) {
    c->generation = load(c, GENERATION) + (seed << TAG_BITS) + 1;
    c->first_epoch = load(c, FIRST_EPOCH);
    uint32_t epoch = load(c, SESSION + EPOCH);
    c->first_epoch = next_epoch(next_epoch(owns(c, epoch) ? epoch : c->first_epoch));
    store(c, FIRST_EPOCH, c->first_epoch);
}

enum rf_result rf_format(void *base, uint64_t length, const struct rf_geometry *geometry, uint32_t seed) {
    struct rf_channel c = {.base = base, .geometry = *geometry};
    struct rf_geometry before;
    enum rf_result result = rf_check(geometry, length);
    if (result != RF_OK)
        return result;
    uint32_t magic = load(&c, MAGIC);
    bool stands = (magic == RAMF || magic == 0) && rf_load_constants(&c, length, &before) == RF_OK;
    if (stands)
        result = keep_places(&c.geometry, &before, load(&c, EXTENT) == 0);
    if (result == RF_OK)
        result = rf_check(&c.geometry, length);
    if (result != RF_OK)
        return result;
    begin(&c);
    next_generation(&c, seed);
    if (!stands)
        clear_control(&c);
    store_constants(&c);
    store_tags(&c);
    if (stands)
        wake_all(&c, &before);
    finish(&c);
    return RF_OK;
}

enum rf_result rf_format_exclusive(void *base, uint64_t length, const struct rf_geometry *geometry, uint32_t seed) {
    struct rf_channel c = {.base = base, .geometry = *geometry};
    enum rf_result result = rf_check(geometry, length);
    if (result != RF_OK)
        return result;
    c.generation = (seed << TAG_BITS) + 1;
    c.first_epoch = next_epoch(seed << 12 >> 1);
    begin(&c);
    store(&c, SESSION + EPOCH, 0);
    clear_control(&c);
    for (uint64_t at = c.geometry.slots_at; at < rf_size(&c.geometry); at += 8)
        store_pair(&c, at, 0);
    store_constants(&c);
    store_tags(&c);
    finish(&c);
    return RF_OK;
}
