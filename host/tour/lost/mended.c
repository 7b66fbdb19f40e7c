/* Exercise: lost
 *
 * A channel with backpressure in the same segment: each message has a number and a slot, and the sender waits for room.
 */
#include "exercise.h"
#include "ramframe.h"

enum { SIZE = 1024 };

static struct ramframe_channel channel;
static struct ramframe_sender sender;
static struct ramframe_receiver receiver;
static void *shared;

static int open_segment(key_t key) {
    int id = shmget(key, SIZE, IPC_CREAT | 0600);
    shared = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
    return shared == (void *)-1 ? -1 : 0;
}

int open_sender(key_t key) {
    const struct ramframe_geometry geometry = ramframe_backpressure(8, 48, 1);
    if (open_segment(key) < 0)
        return -1;
    if (ramframe_read(shared, SIZE, &channel) < 0 && ramframe_format(shared, SIZE, &geometry, 0, NULL) < 0)
        return -1;
    if (ramframe_read(shared, SIZE, &channel) < 0)
        return -1;
    return ramframe_attach_sender(&sender, &channel, NULL) < 0 ? -1 : 0;
}

int open_receiver(key_t key) {
    if (open_segment(key) < 0 || ramframe_read(shared, SIZE, &channel) < 0)
        return -1;
    return ramframe_attach_receiver(&receiver, &channel, 0, NULL) < 0 ? -1 : 0;
}

int send_text(const char *text) {
    int sent;
    while ((sent = ramframe_try_send(&sender, text, (uint32_t)strlen(text))) == RAMFRAME_E_FULL)
        usleep(1000);
    return sent < 0 ? -1 : 0;
}

int receive_text(char *text, int milliseconds) {
    struct ramframe_event event;
    for (;;) {
        int found = ramframe_try_recv(&receiver, text, 63, &event);
        if (found == RAMFRAME_MESSAGE)
            text[event.length] = '\0';
        if (found < 0 || found == RAMFRAME_MESSAGE)
            return found < 0 ? -1 : 1;
        if (milliseconds-- <= 0)
            return 0;
        usleep(1000);
    }
}

void close_sender(void) { shmdt(shared); }
void close_receiver(void) {
    ramframe_detach(&receiver);
    shmdt(shared);
}
