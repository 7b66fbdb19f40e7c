/* The sender of the System V shared memory tutorial, as one writes it there: CIEPLO and ZIMNO in turn, once a second.
 * The pause in milliseconds may be given, so that a test need not wait. It never ends by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

int main(int argc, char **argv) {
    long pause = argc > 1 ? atol(argv[1]) : 1000;
    key_t key = ftok(".", 'S');
    int id = shmget(key, 1024, 0666 | IPC_CREAT);
    if (id < 0) {
        perror("shmget");
        return 1;
    }
    char *text = shmat(id, NULL, 0);
    if (text == (char *)-1) {
        perror("shmat");
        return 1;
    }
    for (int turn = 0;; turn++) {
        strcpy(text, turn % 2 ? "ZIMNO" : "CIEPLO");
        printf("Sent: %s\n", text);
        fflush(stdout);
        usleep(pause * 1000);
    }
}
