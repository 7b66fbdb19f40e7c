/* Is this region a channel? "Reading the constants". */
#include "region.h"

static bool is_between(uint32_t least, uint32_t value, uint32_t most) { return least <= value && value <= most; }

static bool is_power_of_two(uint32_t value) { return value != 0 && (value & (value - 1)) == 0; }

static uint64_t control_end(const struct rf_geometry *g) { return SESSION + (3 + (uint64_t)g->receivers) * g->line; }

static bool is_in_range(const struct rf_geometry *g) {
    uint32_t least = g->policy == RF_BACKPRESSURE ? 1 : 0;
    uint32_t most = g->policy == RF_BACKPRESSURE ? 32 : 0;
    return is_between(32, g->line, 128) && is_power_of_two(g->line) && is_between(RF_OVERWRITE, g->policy, RF_BACKPRESSURE) &&
           is_between(2, g->slots, 1u << 20) && is_power_of_two(g->slots) && is_between(g->line, g->stride, 1u << 30) &&
           g->stride % g->line == 0 && is_between(1, g->capacity, g->stride - HEADER) &&
           is_between(least, g->receivers, most) && g->slots_at >= control_end(g) && g->slots_at <= 1u << 30 &&
           g->slots_at % g->line == 0;
}

struct rf_geometry rf_geometry_of(uint32_t policy, uint32_t slots, uint32_t capacity, uint32_t receivers, uint32_t line) {
    uint32_t stride = (capacity + HEADER + line - 1) / line * line;
    struct rf_geometry g = {line, policy, slots, stride, capacity, receivers, 0};
    g.slots_at = low(control_end(&g));
    return g;
}

uint64_t rf_size(const struct rf_geometry *g) { return g->slots_at + (uint64_t)g->slots * g->stride; }

enum rf_result rf_check(const struct rf_geometry *g, uint64_t length) {
    if (!is_in_range(g))
        return RF_CONSTANTS;
    return rf_size(g) > length ? RF_TOO_SMALL : RF_OK;
}

enum rf_result rf_load_constants(const struct rf_channel *at, uint64_t length, struct rf_geometry *g) {
    if (load(at, VERSION) != 2)
        return RF_VERSION;
    if (load(at, REQUIRED) != 0)
        return RF_FEATURES;
    uint32_t words[7];
    for (uint32_t i = 0; i < 7; i++)
        words[i] = load(at, LINE + 4 * (uint64_t)i);
    *g = (struct rf_geometry){words[0], words[1], words[2], words[3], words[4], words[5], words[6]};
    return rf_check(g, length);
}

/* The full check: nobody formats the region, or has. */
bool rf_is_current(const struct rf_channel *c) {
    acquire(); /* formatting */
    uint32_t magic = load(c, MAGIC);
    acquire(); /* formatted */
    return magic == RAMF && load(c, GENERATION) == c->generation;
}

enum rf_result rf_read(void *base, uint64_t length, struct rf_channel *channel) {
    if (length < CONSTANTS)
        return RF_TOO_SMALL;
    struct rf_channel c = {.base = base};
    uint32_t magic = load(&c, MAGIC);
    if (magic != RAMF)
        return magic == 0 ? RF_UNFORMATTED : RF_FOREIGN;
    c.generation = load(&c, GENERATION);
    acquire(); /* formatted */
    c.first_epoch = load(&c, FIRST_EPOCH);
    enum rf_result result = rf_load_constants(&c, length, &c.geometry);
    if (!rf_is_current(&c))
        return RF_UNFORMATTED;
    *channel = c;
    return result;
}
