/* Every function of the header, so that each compiler makes code of each. */
#include "../../core/c/ramframe.h"

int every(void *memory, size_t length, void *buffer, uint32_t size);

static int every_send(struct ramframe_sender *s, const void *buffer, uint32_t size) {
    int result = ramframe_try_send(s, buffer, size) + ramframe_send(s, buffer, size, 1) + ramframe_drain(s, RAMFRAME_FOREVER);
    ramframe_wait_for_room(s, s->slowest);
    ramframe_notify_now(s);
    ramframe_close(s);
    return result;
}

static int every_recv(struct ramframe_receiver *r, void *buffer, uint32_t size) {
    struct ramframe_event e;
    int result = ramframe_try_recv(r, buffer, size, &e) + ramframe_recv(r, buffer, size, &e, 1);
    result += ramframe_latest(r, buffer, size, &e) + ramframe_skip(r, &e) + ramframe_has_news(r);
    ramframe_wait_for_news(r);
    ramframe_detach(r);
    return result;
}

int every(void *memory, size_t length, void *buffer, uint32_t size) {
    struct ramframe_geometry g = ramframe_with_line(ramframe_overwrite(8, 48), 32), h = ramframe_backpressure(8, 48, 1);
    struct ramframe_channel c;
    struct ramframe_sender s;
    struct ramframe_receiver r, t;
    uint64_t discarded = ramframe_size(&g);
    int result = ramframe_format(memory, length, &g, 0, NULL) + ramframe_format_exclusive(memory, length, &h, 1);
    result += ramframe_check(&h, length) + ramframe_read(memory, length, &c) + ramframe_is_current(&c);
    result += ramframe_attach_sender(&s, &c, NULL) + every_send(&s, buffer, size);
    result += ramframe_attach_reader(&r, &c, RAMFRAME_FROM_NEXT, NULL) + every_recv(&r, buffer, size);
    result += ramframe_attach_receiver(&t, &c, 0, NULL) + every_recv(&t, buffer, size);
    result += ramframe_reclaim(&c, 0, NULL, &discarded);
    return result + ramframe_strerror(result)[0];
}
