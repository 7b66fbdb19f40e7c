/* How does a sender attach, send, ring, wait for room, and leave? */
#include "frame.h"
#include "futex.h"

static void ring(struct rf_sender *sender) {
    const struct rf_channel *c = &sender->channel;
    store(c, asks(c), 0);
    sender->bell += 1;
    store_release(c, session(c) + BELL, sender->bell); /* bell */
    sender->rang += rf_futex_wake(word(c, session(c) + BELL));
}

enum rf_result rf_attach_sender(struct rf_sender *sender, const struct rf_channel *c) {
    uint64_t head = 0;
    enum rf_result result = rf_find_head(c, &head);
    if (result != RF_OK)
        return result;
    uint32_t last = load(c, session(c) + EPOCH), next = last + 1 == 0 ? 1 : last + 1;
    *sender = (struct rf_sender){.channel = *c, .next = head, .epoch = last == 0 ? c->formatted : next};
    sender->bell = load(c, session(c) + BELL);
    release(); /* epoch */
    store(c, head_line(c), low(head));
    store(c, session(c) + EPOCH, sender->epoch);
    store(c, session(c) + SENDER_ASLEEP, 0);
    if (last != 0)
        ring(sender);
    return RF_OK;
}

/* Under overwrite after each message: a receiver that only reads cannot ask. */
static void ring_if_asked(struct rf_sender *sender) {
    const struct rf_channel *c = &sender->channel;
    sequential(); /* ask */
    if (c->policy == RF_OVERWRITE || load(c, asks(c)) != 0)
        ring(sender);
}

/* Looks at what every receiver has taken. */
static enum rf_result look_for_room(struct rf_sender *sender) {
    const struct rf_channel *c = &sender->channel;
    uint32_t most = 0;
    for (uint32_t r = 0; r < c->receivers; r++) {
        uint32_t pending = low(sender->next) - load(c, seat_line(c, r) + TAKEN);
        if (pending > c->slots)
            return rf_was_formatted(c) ? RF_FORMATTED : RF_CORRUPT;
        if (pending >= most) {
            most = pending;
            sender->slow = r;
        }
    }
    acquire(); /* taken */
    sender->room = c->slots - most;
    return sender->room == 0 ? RF_FULL : RF_OK;
}

static void publish(struct rf_sender *sender, const void *payload, uint32_t length) {
    const struct rf_channel *c = &sender->channel;
    uint64_t s = sender->next, at = slot(c, s);
    if (c->policy == RF_OVERWRITE) {
        store(c, at + STAMP_LOW, low(writing(s)));
        release(); /* claim */
    }
    rf_copy_in(c, at + PAYLOAD, payload, length);
    store(c, at + STAMP_HIGH, high(published(s)));
    store(c, at + LENGTH, length);
    store(c, at + FRAME_EPOCH, sender->epoch);
    store_release(c, at + STAMP_LOW, low(published(s))); /* publish */
    sender->next = s + 1;
    store_release(c, head_line(c), low(sender->next)); /* head */
}

enum rf_result rf_send(struct rf_sender *sender, const void *payload, uint32_t length) {
    if (length > sender->channel.capacity)
        return RF_TOO_LONG;
    if (sender->channel.policy == RF_BACKPRESSURE && sender->room == 0) {
        enum rf_result result = look_for_room(sender);
        if (result != RF_OK)
            return result;
    }
    publish(sender, payload, length);
    if (sender->channel.policy == RF_BACKPRESSURE)
        sender->room -= 1;
    ring_if_asked(sender);
    return RF_OK;
}

/* After RF_FULL. Whether there is room now rf_send finds out. */
void rf_wait_for_room(struct rf_sender *sender, uint32_t milliseconds) {
    const struct rf_channel *c = &sender->channel;
    uint64_t taken = seat_line(c, sender->slow) + TAKEN;
    store(c, session(c) + SENDER_ASLEEP, 1);
    sequential(); /* room */
    uint32_t seen = load(c, taken);
    if (low(sender->next) - seen == c->slots)
        sender->woken += rf_futex_wait(word(c, taken), seen, milliseconds);
    store(c, session(c) + SENDER_ASLEEP, 0);
}

void rf_close(struct rf_sender *sender) {
    store_release(&sender->channel, session(&sender->channel) + CLOSED, sender->epoch);
    ring(sender);
}
