/* How does Linux put a side to sleep, and wake the other? */
#ifndef FUTEX_H
#define FUTEX_H

#include <stdatomic.h>
#include <stdint.h>

/* 1 if somebody woke us, 0 if the word was another value already or the time was over. */
uint64_t rf_futex_wait(_Atomic uint32_t *word, uint32_t seen, uint32_t milliseconds);
/* How many it woke. */
uint64_t rf_futex_wake(_Atomic uint32_t *word);

#endif
