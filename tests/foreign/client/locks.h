/* Who is the one sender, and who sits in which receiver's seat? */
#ifndef LOCKS_H
#define LOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { SENDER_LOCK = 0, SEAT_LOCK = 1 /* + r */ };

/* The id of the set of `key`; -1, and why in `errno`. */
int locks_find(key_t key);
int locks_make(key_t key, uint32_t receivers);
/* Until this process ends; false if another has it. */
bool locks_take(int set, uint32_t index);
bool locks_are_held(int set, uint32_t index);

#endif
