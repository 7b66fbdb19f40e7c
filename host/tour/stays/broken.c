/* Exercise: stays
 *
 * A number beside the text says which one it is, so that nothing comes twice. Both sides detach in the end. `ipcs -m` shows that
 * the segment stays; and a receiver that starts tomorrow receives the text of today.
 */
#include "exercise.h"
#include <stdatomic.h>

struct segment {
    atomic_uint number;
    char text[64];
};

static struct segment *shared;
static unsigned last;

static int open_segment(key_t key) {
    int id = shmget(key, 1024, IPC_CREAT | 0600);
    void *memory = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
    shared = memory;
    return memory == (void *)-1 ? -1 : 0;
}

int open_sender(key_t key) { return open_segment(key); }
int open_receiver(key_t key) { return open_segment(key); }
void close_sender(void) { shmdt(shared); }
void close_receiver(void) { shmdt(shared); }

int send_text(const char *text) {
    strncpy(shared->text, text, 63);
    atomic_fetch_add(&shared->number, 1);
    return 0;
}

int receive_text(char *text, int milliseconds) {
    unsigned number = atomic_load(&shared->number);
    (void)milliseconds;
    memcpy(text, shared->text, 64);
    if (number == last)
        return 0;
    last = number;
    return 1;
}
