/* Prints what is sent in this folder, until the sender closes. */
#define RAMFRAME_LINUX
#include "../ramframe.h"

#include <stdio.h>

int main(void) {
    struct ramframe_linux_receiver receiver;
    struct ramframe_event event;
    char buffer[1024];
    int found = ramframe_open_receiver(&receiver, ftok(".", 'S'), RAMFRAME_FIRST_FREE, RAMFRAME_FROM_OLDEST, 10000);
    if (found < 0) {
        fprintf(stderr, "recv: %s\n", ramframe_strerror(found));
        return 1;
    }
    do {
        found = ramframe_recv_for(&receiver, buffer, sizeof buffer, &event, RAMFRAME_FOREVER);
        if (found == RAMFRAME_MESSAGE)
            printf("Received: %.*s\n", (int)event.length, buffer);
        else
            fprintf(stderr, "recv: %s\n", ramframe_strerror(found)); /* an event, such as lost messages, or an error */
    } while (found >= 0 && found != RAMFRAME_CLOSED && found != RAMFRAME_REMOVED);
    ramframe_close_receiver(&receiver);
    return found < 0;
}
