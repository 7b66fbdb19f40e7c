/* What each exercise defines: six functions. Around them, the tutorial's two programs.
 *
 * `program send` sends CIEPLO and ZIMNO in turn, once a second. `program recv` prints what it receives. Both are told in which
 * folder they meet by ftok(".", 'S').
 */
#ifndef EXERCISE_H
#define EXERCISE_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#endif

#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

/* Becomes the sender, or the receiver, on this key: 0, or -1 if that failed. */
int open_sender(key_t key);
int open_receiver(key_t key);

/* Sends one text of at most 40 bytes: 0, or -1 if that failed. It may wait for room. */
int send_text(const char *text);

/* Receives the next text into `text`, which has room for 64 bytes. Waits for it at most so many milliseconds; 0: looks once.
 * Returns 1: a text. 0: nothing new. -1: what stands there is no text that was sent. */
int receive_text(char *text, int milliseconds);

/* Ends this side. */
void close_sender(void);
void close_receiver(void);

/* The text that stands in the tutorial's segment is one of the two that the tutorial sends. */
static inline int is_known(const char *text) {
    return strcmp(text, "CIEPLO") == 0 || strcmp(text, "ZIMNO") == 0;
}

#ifndef CHECKED

static int send_in_turn(key_t key) {
    if (open_sender(key) < 0)
        return perror("open_sender"), 1;
    for (int turn = 0; turn < 10; turn++) {
        const char *text = turn % 2 ? "ZIMNO" : "CIEPLO";
        if (send_text(text) < 0)
            return perror("send_text"), 1;
        printf("Sent: %s\n", text);
        sleep(1);
    }
    close_sender();
    return 0;
}

static int print_all(key_t key) {
    char text[64];
    if (open_receiver(key) < 0)
        return perror("open_receiver"), 1;
    for (int look = 0; look < 10; look++) {
        int found = receive_text(text, 1000);
        if (found != 0)
            printf(found == 1 ? "Received: %s\n" : "Error: Invalid message\n", text);
    }
    close_receiver();
    return 0;
}

int main(int argc, char **argv) {
    key_t key = ftok(".", 'S');
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 2 && strcmp(argv[1], "send") == 0)
        return send_in_turn(key);
    if (argc == 2 && strcmp(argv[1], "recv") == 0)
        return print_all(key);
    fprintf(stderr, "usage: %s send|recv\n", argv[0]);
    return 2;
}

#endif
#endif
