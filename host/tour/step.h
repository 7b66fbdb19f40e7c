/* Part of the check: the segment of the key, and a sender that runs one instruction at a time. */
#include "sides.h"

#include <sys/sem.h>

enum { STEPS = 5000000, LONGEST = 1 << 16 };

static struct {
    int id;
    const unsigned char *bytes;
    size_t length;
    unsigned char before[LONGEST];
} segment = {-1, NULL, 0, ""};

static void detach(void) {
    if (segment.bytes != NULL)
        shmdt(segment.bytes);
    segment.bytes = NULL;
}

/* Removes what an attempt has left on the key, on which nobody else was. */
static void remove_all(void) {
    detach();
    int id = shmget(key, 0, 0), set = semget(key, 0, 0);
    if (id >= 0)
        shmctl(id, IPC_RMID, NULL);
    if (set >= 0)
        semctl(set, 0, IPC_RMID);
}

/* Whether the segment has changed since the last call; it counts as changed when it appears. */
static bool has_changed(void) {
    struct shmid_ds about;
    if (segment.bytes == NULL) {
        segment.id = shmget(key, 0, 0);
        if (segment.id < 0 || shmctl(segment.id, IPC_STAT, &about) < 0)
            return false;
        const void *bytes = shmat(segment.id, NULL, SHM_RDONLY);
        if (bytes == (void *)-1)
            return false;
        segment.bytes = bytes;
        segment.length = about.shm_segsz < LONGEST ? about.shm_segsz : LONGEST;
        memcpy(segment.before, segment.bytes, segment.length);
        return true;
    }
    if (memcmp(segment.before, segment.bytes, segment.length) == 0)
        return false;
    memcpy(segment.before, segment.bytes, segment.length);
    return true;
}

/* Waits until the process stops; false if it has ended. */
static bool stops(pid_t pid, int *by) {
    int status;
    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
        return false;
    *by = WSTOPSIG(status);
    return true;
}

/* Does one thing step by step. After each change of the segment it calls `changed`, which says whether to go on. Returns false if that
 * said no: then the process stands still. */
static bool step(struct actor *actor, enum what what, const char *text, bool (*changed)(void)) {
    int by = 0;
    tell(actor, what, text, 0, true);
    if (!stops(actor->pid, &by) || by != SIGUSR1)
        fail("this machine does not let the check stop a process (ptrace)");
    has_changed();
    for (int steps = 0; steps < STEPS; steps++) {
        if (ptrace(PTRACE_SINGLESTEP, actor->pid, NULL, NULL) < 0 || !stops(actor->pid, &by))
            fail("the process died, or this machine cannot run single instructions");
        if (by == SIGUSR1) {
            ptrace(PTRACE_DETACH, actor->pid, NULL, NULL);
            return true;
        }
        if (has_changed() && !changed())
            return false;
    }
    fail("no end after %d instructions", STEPS);
}
