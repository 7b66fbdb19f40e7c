/* Is this region a channel, and how does one become one? "Before believing a region" and "Formatting". */
#include <stddef.h>

#include "words.h"

static struct rf_channel channel_of(void *base, const struct rf_geometry *g, uint32_t formatted) {
    return (struct rf_channel){base, g->line, g->policy, g->slots, g->stride, g->capacity, g->receivers, formatted};
}

static bool is_between(uint32_t least, uint32_t value, uint32_t most) { return least <= value && value <= most; }

static bool is_power_of_two(uint32_t value) { return value != 0 && (value & (value - 1)) == 0; }

static bool is_in_range(const struct rf_geometry *g) {
    uint32_t least = g->policy == RF_BACKPRESSURE ? 1 : 0;
    uint32_t most = g->policy == RF_BACKPRESSURE ? 32 : 0;
    return is_between(32, g->line, 256) && is_power_of_two(g->line) && is_between(RF_OVERWRITE, g->policy, RF_BACKPRESSURE) &&
           is_between(2, g->slots, 1u << 20) && is_power_of_two(g->slots) && is_between(g->line, g->stride, 1u << 30) &&
           g->stride % g->line == 0 && is_between(1, g->capacity, g->stride - HEADER) && is_between(least, g->receivers, most);
}

uint64_t rf_size(const struct rf_geometry *g) {
    struct rf_channel c = channel_of(NULL, g, 0);
    return seat_line(&c, g->receivers) + (uint64_t)g->slots * g->stride;
}

/* The second look: nobody formats the region, or has. */
static bool is_still(const struct rf_channel *at, uint32_t formatted) {
    acquire(); /* formatting */
    uint32_t magic = load(at, MAGIC);
    acquire(); /* formatted */
    return magic == RAMF && load(at, FORMATTED) == formatted;
}

enum rf_result rf_believe(void *base, uint64_t length, struct rf_channel *channel) {
    if (length < CONSTANTS)
        return RF_FOREIGN;
    const struct rf_channel at = {.base = base};
    uint32_t magic = load(&at, MAGIC);
    if (magic != RAMF)
        return magic == 0 ? RF_UNFORMATTED : RF_FOREIGN;
    uint32_t formatted = load(&at, FORMATTED);
    acquire(); /* formatted */
    uint32_t version = load(&at, VERSION);
    struct rf_geometry g = {load(&at, LINE),   load(&at, POLICY),   load(&at, SLOTS),
                            load(&at, STRIDE), load(&at, CAPACITY), load(&at, RECEIVERS)};
    if (!is_still(&at, formatted))
        return RF_UNFORMATTED;
    if (version != 1)
        return RF_FOREIGN;
    if (!is_in_range(&g) || rf_size(&g) > length)
        return RF_CORRUPT;
    *channel = channel_of(base, &g, formatted);
    return RF_OK;
}

bool rf_was_formatted(const struct rf_channel *c) { return !is_still(c, c->formatted); }

static uint32_t but_not_zero(uint32_t value) { return value == 0 ? 1 : value; }

static void clear(const struct rf_channel *c) {
    uint64_t slots = slot(c, 0);
    for (uint64_t at = VERSION; at < slots; at += 4)
        if (at != FORMATTED && at != session(c) + EPOCH)
            store(c, at, 0);
    for (uint32_t s = 0; s < c->slots; s++) {
        store(c, slot(c, s) + FRAME_EPOCH, 0);
        store(c, slot(c, s) + STAMP_LOW, 0);
        store(c, slot(c, s) + STAMP_HIGH, 0);
    }
}

void rf_format(void *base, const struct rf_geometry *g, uint32_t number) {
    struct rf_channel c = channel_of(base, g, 0);
    uint32_t epoch = load(&c, session(&c) + EPOCH);
    uint32_t last = epoch == 0 ? load(&c, FORMATTED) : epoch;
    store(&c, MAGIC, 0);
    release(); /* formatting */
    clear(&c);
    const uint32_t constants[] = {1, g->line, g->policy, g->slots, g->stride, g->capacity, g->receivers};
    for (uint32_t i = 0; i < 7; i++)
        store(&c, VERSION + 4 * (uint64_t)i, constants[i]);
    store_release(&c, FORMATTED, but_not_zero(last + 1 + (number & INT32_MAX))); /* formatted */
    store(&c, session(&c) + EPOCH, 0);
    store_release(&c, MAGIC, RAMF); /* formatted */
}
