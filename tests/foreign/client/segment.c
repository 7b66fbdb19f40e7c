/* Which System V segment is the region? "On Linux". */
#include "segment.h"

#include <stddef.h>
#include <sys/ipc.h>
#include <sys/shm.h>

static bool attach(struct segment *segment, int flags) {
    struct shmid_ds status;
    if (segment->id < 0 || shmctl(segment->id, IPC_STAT, &status) < 0)
        return false;
    segment->length = status.shm_segsz;
    segment->base = shmat(segment->id, NULL, flags);
    return segment->base != (void *)-1;
}

key_t segment_key(void) { return ftok(".", 'S'); }

bool segment_find(struct segment *segment, bool read_only) {
    segment->key = segment_key();
    segment->id = shmget(segment->key, 0, 0);
    return attach(segment, read_only ? SHM_RDONLY : 0);
}

bool segment_create(struct segment *segment, uint64_t length) {
    segment->key = segment_key();
    segment->id = shmget(segment->key, length, IPC_CREAT | IPC_EXCL | 0600);
    return attach(segment, 0);
}

bool segment_is_removed(const struct segment *segment) { return shmget(segment->key, 0, 0) != segment->id; }
