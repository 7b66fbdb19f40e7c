/* What the sample uses of Zephyr's kernel, by POSIX threads: so that a test can run the sample without Zephyr. */
#ifndef KERNEL_H
#define KERNEL_H

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

struct k_sem {
    sem_t of_posix;
};
#define K_MSEC(milliseconds) (milliseconds)

#define K_SEM_DEFINE(name, initial, limit)                                                                                     \
    static struct k_sem name;                                                                                                  \
    __attribute__((constructor)) static void init_##name(void) { sem_init(&name.of_posix, 0, initial); }

#define K_THREAD_DEFINE(name, stack, entry, a, b, c, priority, options, delay)                                                 \
    static void *run_##name(void *nothing) {                                                                                   \
        entry(a, b, c);                                                                                                        \
        return nothing;                                                                                                        \
    }                                                                                                                          \
    __attribute__((constructor)) static void start_##name(void) {                                                              \
        pthread_t name;                                                                                                        \
        pthread_create(&name, NULL, run_##name, NULL);                                                                         \
    }

static inline void k_msleep(int milliseconds) {
    struct timespec nap = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    nanosleep(&nap, NULL);
}

static inline int k_sem_take(struct k_sem *semaphore, int milliseconds) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += milliseconds * 1000000L;
    end.tv_sec += end.tv_nsec / 1000000000L;
    end.tv_nsec %= 1000000000L;
    return sem_timedwait(&semaphore->of_posix, &end) == 0 ? 0 : -EAGAIN;
}

static inline void k_sem_give(struct k_sem *semaphore) {
    int value;
    sem_getvalue(&semaphore->of_posix, &value);
    if (value < 1)
        sem_post(&semaphore->of_posix);
}

#endif
