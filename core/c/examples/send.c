/* Sends its arguments to whoever receives in this folder, such as `recv` beside this file, or `host recv`. */
#define RAMFRAME_LINUX
#include "../ramframe.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    struct ramframe_linux_sender sender;
    struct ramframe_geometry geometry = ramframe_backpressure(8, 48, 1);
    int result = ramframe_open_sender(&sender, ftok(".", 'S'), &geometry);
    if (result < 0) {
        fprintf(stderr, "send: %s\n", ramframe_strerror(result));
        return 1;
    }
    for (int i = 1; i < argc && result >= 0; i++)
        result = ramframe_send_for(&sender, argv[i], (uint32_t)strlen(argv[i]), 10000);
    int closed = ramframe_close_sender(&sender, false, 10000); /* waits until all is received */
    if (result < 0 || closed < 0)
        fprintf(stderr, "send: %s\n", ramframe_strerror(result < 0 ? result : closed));
    return result < 0 || closed < 0;
}
