/* What an image has of the header: one end, or both, and its format. Each part is what a small program calls. */
#include "../../core/c/ramframe.h"

#if defined SENDER
int sender_open(struct ramframe_sender *s, void *memory, size_t length);
int sender_send(struct ramframe_sender *s, const void *message, uint32_t length);

int sender_open(struct ramframe_sender *s, void *memory, size_t length) {
    struct ramframe_channel c;
    int result = ramframe_read(memory, length, &c);
    return result == 0 ? ramframe_attach_sender(s, &c, NULL) : result;
}

int sender_send(struct ramframe_sender *s, const void *message, uint32_t length) { return ramframe_try_send(s, message, length); }
#endif

#if defined RECEIVER
int receiver_open(struct ramframe_receiver *r, void *memory, size_t length);
int receiver_recv(struct ramframe_receiver *r, void *buffer, uint32_t size, struct ramframe_event *e);

int receiver_open(struct ramframe_receiver *r, void *memory, size_t length) {
    struct ramframe_channel c;
    int result = ramframe_read(memory, length, &c);
    if (result != 0)
        return result;
#ifdef SEATED
    return ramframe_attach_receiver(r, &c, 0, NULL);
#else
    return ramframe_attach_reader(r, &c, RAMFRAME_FROM_OLDEST, NULL);
#endif
}

int receiver_recv(struct ramframe_receiver *r, void *buffer, uint32_t size, struct ramframe_event *e) {
    return ramframe_try_recv(r, buffer, size, e);
}
#endif

#if defined FORMAT
int format(void *memory, size_t length, const struct ramframe_geometry *g);
int format(void *memory, size_t length, const struct ramframe_geometry *g) { return ramframe_format(memory, length, g, 0, NULL); }
#endif
