/* Exercise: torn
 *
 * The same segment, in which a channel stands now. A text is written to a slot, and published with one store.
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
    const struct ramframe_geometry geometry = ramframe_overwrite(8, 48);
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
    return ramframe_attach_reader(&receiver, &channel, RAMFRAME_FROM_OLDEST, NULL) < 0 ? -1 : 0;
}

int send_text(const char *text) { return ramframe_try_send(&sender, text, (uint32_t)strlen(text)) < 0 ? -1 : 0; }

int receive_text(char *text, int milliseconds) {
    struct ramframe_event event;
    int found;
    (void)milliseconds;
    do
        found = ramframe_try_recv(&receiver, text, 63, &event);
    while (found == RAMFRAME_LAGGED || found == RAMFRAME_RESTARTED);
    if (found == RAMFRAME_MESSAGE)
        text[event.length] = '\0';
    return found < 0 ? -1 : found == RAMFRAME_MESSAGE;
}

void close_sender(void) { shmdt(shared); }
void close_receiver(void) { shmdt(shared); }
