/* Exercise: lost
 *
 * The sender stores each text at once: texts have at most 7 bytes, and fit into one word. So none is torn. But a receiver that
 * looks twice receives one text twice, and a text that is replaced before the receiver looks is lost.
 */
#include "exercise.h"
#include <stdint.h>

static volatile uint64_t *shared;

static int open_segment(key_t key) {
    int id = shmget(key, 1024, IPC_CREAT | 0600);
    void *memory = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
    shared = memory;
    return memory == (void *)-1 ? -1 : 0;
}

int open_sender(key_t key) { return open_segment(key); }
int open_receiver(key_t key) { return open_segment(key); }
void close_sender(void) { shmdt((const void *)shared); }
void close_receiver(void) { shmdt((const void *)shared); }

int send_text(const char *text) {
    union {
        uint64_t word;
        char text[8];
    } whole = {0};
    strncpy(whole.text, text, 7);
    *shared = whole.word;
    return 0;
}

int receive_text(char *text, int milliseconds) {
    uint64_t word = *shared;
    (void)milliseconds;
    memcpy(text, &word, sizeof word);
    return word == 0 ? 0 : is_known(text) ? 1 : -1;
}
