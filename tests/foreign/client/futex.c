/* How does Linux put a side to sleep, and wake the other? "Waiting". */
#include "ramframe.h"

#include <endian.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t futex_wait(_Atomic uint32_t *word, uint32_t seen, uint32_t milliseconds) {
    struct timespec limit = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    return syscall(SYS_futex, word, FUTEX_WAIT, htole32(seen), &limit, NULL, 0) == 0;
}

static uint64_t futex_wake(_Atomic uint32_t *word) {
    long woken = syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    return woken > 0 ? (uint64_t)woken : 0;
}

static void nap(void) { usleep(1000); }

struct rf_port rf_port = {futex_wait, futex_wake, nap};
