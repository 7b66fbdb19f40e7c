/* Who is the one sender, and who sits in which receiver's seat? "On Linux". */
#include "locks.h"

#include <sys/ipc.h>
#include <sys/sem.h>

int locks_find(key_t key) { return semget(key, 0, 0); }

int locks_make(key_t key, uint32_t receivers) {
    int set = semget(key, (int)(SEAT_LOCK + receivers), IPC_CREAT | IPC_EXCL | 0601);
    return set < 0 ? locks_find(key) : set;
}

bool locks_take(int set, uint32_t index) {
    unsigned short semaphore = (unsigned short)index;
    struct sembuf steps[] = {{semaphore, 0, IPC_NOWAIT}, {semaphore, 1, SEM_UNDO}};
    return semop(set, steps, 2) == 0;
}

bool locks_are_held(int set, uint32_t index) { return semctl(set, (int)index, GETVAL) == 1; }
