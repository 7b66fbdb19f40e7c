/* The steps of the header that hold the edges claim, publish and consumed: a function each, which returns only if the step succeeds. */
#include "../../../core/c/ramframe.h"

_Noreturn void no_success(void);

void send_overwrite(struct ramframe_sender *s, const unsigned char *message);
__attribute__((flatten)) void recv_overwrite(struct ramframe_receiver *r, unsigned char *buffer);
void send_backpressure(struct ramframe_sender *s, const unsigned char *message);
__attribute__((flatten)) void recv_backpressure(struct ramframe_receiver *r, unsigned char *buffer);

static void need(bool success) {
    if (!success)
        no_success();
}

/* As ramframe_try_send() does it where there is room. Who is notified is another edge. */
void send_overwrite(struct ramframe_sender *s, const unsigned char *message) {
    size_t slot = ramframe_slot_(&s->channel, s->next);
    ramframe_mark_(s, slot);
    RAMFRAME_COPY_IN(s->channel.base + slot + RAMFRAME_PAYLOAD_, message, 8);
    ramframe_publish_(s, slot, 8);
}

/* There was no room before: the sender looks for it. */
void send_backpressure(struct ramframe_sender *s, const unsigned char *message) {
    need(s->channel.geometry.receivers == 1 && ramframe_look_for_room_(s) == 0);
    size_t slot = ramframe_slot_(&s->channel, s->next);
    RAMFRAME_COPY_IN(s->channel.base + slot + RAMFRAME_PAYLOAD_, message, 8);
    ramframe_publish_(s, slot, 8);
}

/* As ramframe_try_recv() does it where there is no other news. */
void recv_overwrite(struct ramframe_receiver *r, unsigned char *buffer) {
    struct ramframe_event e;
    const struct ramframe_channel c = r->channel; /* which no store to the buffer can change */
    need(c.geometry.policy == RAMFRAME_OVERWRITE);
    need(ramframe_read_frame_(&c, r->next, buffer, 8, &e) == RAMFRAME_MESSAGE && e.length == 8);
}

void recv_backpressure(struct ramframe_receiver *r, unsigned char *buffer) {
    struct ramframe_event e;
    const struct ramframe_channel c = r->channel;
    need(c.geometry.policy == RAMFRAME_BACKPRESSURE);
    need(ramframe_read_frame_(&c, r->next, buffer, 8, &e) == RAMFRAME_MESSAGE && e.length == 8);
    r->next += 1;
    ramframe_give_back_(r);
}

/* A function for each order. What it accesses stands behind a pointer, as a region does. */
#define FENCE(name, fence)                                                                                                     \
    void name(void);                                                                                                           \
    void name(void) { fence(); }
#define STORE(name, type, store)                                                                                               \
    void name(type **at);                                                                                                      \
    void name(type **at) { store(*at, 1); }
#define LOAD(name, type, load)                                                                                                 \
    bool name(type **at);                                                                                                      \
    bool name(type **at) { return load(*at) == 1; }

FENCE(fence_acquire, RAMFRAME_FENCE_ACQUIRE)
FENCE(fence_release, RAMFRAME_FENCE_RELEASE)
FENCE(fence_seq_cst, RAMFRAME_FENCE_SEQ_CST)
STORE(store_word_relaxed, ramframe_word, RAMFRAME_STORE)
STORE(store_word_release, ramframe_word, RAMFRAME_STORE_RELEASE)
STORE(store_pair_relaxed, ramframe_pair, RAMFRAME_STORE_PAIR)
STORE(store_pair_release, ramframe_pair, RAMFRAME_STORE_PAIR_RELEASE)
LOAD(load_word_relaxed, ramframe_word, RAMFRAME_LOAD)
LOAD(load_pair_relaxed, ramframe_pair, RAMFRAME_LOAD_PAIR)
