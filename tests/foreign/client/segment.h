/* Which System V segment is the region? */
#ifndef SEGMENT_H
#define SEGMENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct segment {
    key_t key;
    int id;
    void *base;
    uint64_t length;
};

key_t segment_key(void);
/* Each returns false, and says why in `errno`. */
bool segment_find(struct segment *segment, bool read_only);
bool segment_create(struct segment *segment, uint64_t length);
/* Its key names another now, or none. */
bool segment_is_removed(const struct segment *segment);

#endif
