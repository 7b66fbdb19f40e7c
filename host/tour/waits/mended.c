/* Exercise: waits
 *
 * The receiver asks to be woken, and sleeps in the kernel. The sender wakes it after it has published a message.
 */
#define RAMFRAME_LINUX
#include "ramframe.h"
#include "exercise.h"

static struct ramframe_linux_sender sender;
static struct ramframe_linux_receiver receiver;

int open_sender(key_t key) {
    const struct ramframe_geometry geometry = ramframe_backpressure(8, 48, 1);
    return ramframe_open_sender(&sender, key, &geometry) < 0 ? -1 : 0;
}

int open_receiver(key_t key) { return ramframe_open_receiver(&receiver, key, 0, 0, 10000) < 0 ? -1 : 0; }

int send_text(const char *text) {
    return ramframe_send_for(&sender, text, (uint32_t)strlen(text), RAMFRAME_FOREVER) < 0 ? -1 : 0;
}

int receive_text(char *text, int milliseconds) {
    struct ramframe_event event;
    int found = ramframe_recv_for(&receiver, text, 63, &event, (uint32_t)milliseconds);
    if (found == RAMFRAME_MESSAGE)
        text[event.length] = '\0';
    return found < 0 ? -1 : found == RAMFRAME_MESSAGE;
}

void close_sender(void) { ramframe_close_sender(&sender, false, 10000); }
void close_receiver(void) { ramframe_close_receiver(&receiver); }
