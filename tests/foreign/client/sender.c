/* How does a sender attach, send, notify, wait for room, and leave? */
#include "frame.h"

static void notify(struct rf_sender *s) {
    const struct rf_channel *c = &s->channel;
    store(c, requests(c), 0);
    s->notify_count += 1;
    store_release(c, SESSION + NOTIFY_SEQ, tagged(c, s->notify_count)); /* notify */
    s->woke += rf_port.wake(word(c, SESSION + NOTIFY_SEQ));
}

/* Asked or not: when it attaches, for the sender before may have died when it was about to, and when it closes. */
static void notify_now(struct rf_sender *s) {
    if (s->notifies != RF_SILENT)
        notify(s);
}

static void begin(struct rf_sender *s, bool is_first) {
    const struct rf_channel *c = &s->channel;
    for (uint32_t i = 0; is_first && i < c->geometry.slots; i++)
        store_pair(c, slot(c, i) + STAMP, 0);
    store_pair(c, head_line(c) + LENGTH, (uint64_t)s->epoch << 32 | NO_COPY);
    store_pair(c, head_line(c) + STAMP, 2 * s->next);
    store(c, SESSION + SENDER_WAITING, 0);
    store(c, SESSION + SENDER_NOTIFIES, s->notifies);
    store_release(c, SESSION + EPOCH, s->epoch); /* epoch */
}

enum rf_result rf_attach_sender(struct rf_sender *s, const struct rf_channel *c, uint32_t notifies) {
    uint64_t head = 0;
    uint32_t last, count;
    bool is_first = !sender_epoch(c, &last);
    enum rf_result result = is_first ? RF_OK : rf_find_head(c, &head);
    sequential(); /* generation, formatting */
    if (!rf_is_current(c))
        return RF_UNFORMATTED;
    if (result != RF_OK)
        return result;
    *s = (struct rf_sender){.channel = *c, .next = head, .notifies = notifies};
    s->epoch = is_first ? c->first_epoch : next_epoch(last);
    begin(s, is_first);
    s->notify_count = count_in(c, SESSION + NOTIFY_SEQ, &count) ? count : 0;
    notify_now(s);
    return RF_OK;
}

static void notify_if_requested(struct rf_sender *s) {
    const struct rf_channel *c = &s->channel;
    if (s->notifies & RF_ANSWERS)
        sequential(); /* request */
    if ((s->notifies & RF_UNREQUESTED) || (s->notifies && load(c, requests(c)) != 0))
        notify(s);
}

/* How many messages receiver `r` has not received; false if it claims what cannot be. */
static bool pending_of(const struct rf_sender *s, uint32_t r, uint32_t *pending) {
    const struct rf_channel *c = &s->channel;
    uint32_t consumed;
    if (!count_in(c, seat_line(c, r) + CONSUMED, &consumed))
        *pending = s->next < c->geometry.slots ? low(s->next) : c->geometry.slots;
    else
        *pending = (low(s->next) - consumed) & COUNT;
    return *pending <= c->geometry.slots;
}

static enum rf_result room_of_all(struct rf_sender *s) {
    uint32_t most = 0;
    s->slow = 0;
    for (uint32_t r = 0; r < s->channel.geometry.receivers; r++) {
        uint32_t pending;
        if (!pending_of(s, r, &pending)) {
            s->slow = r;
            return RF_CORRUPT_CONSUMED;
        }
        if (pending > most) {
            most = pending;
            s->slow = r;
        }
    }
    s->room = s->channel.geometry.slots - most;
    return s->room == 0 ? RF_FULL : RF_OK;
}

/* Under overwrite there is always room, but a lap is as long as a sender goes without asking for the generation. */
static enum rf_result look_for_room(struct rf_sender *s) {
    enum rf_result result = room_of_all(s);
    /* Its first fence comes before the slots are used: consumed. */
    if (rf_is_current(&s->channel))
        return result;
    s->room = 0;
    return RF_REFORMATTED;
}

/* Says that message `s` is being written. The high half stays until it is published. */
static uint64_t mark_of(const struct rf_channel *c, uint64_t s) {
    uint64_t before = s < c->geometry.slots ? 0 : published(s - c->geometry.slots);
    return (uint64_t)high(before) << 32 | low(writing(s));
}

static void publish(struct rf_sender *s, const void *payload, uint32_t length) {
    const struct rf_channel *c = &s->channel;
    uint64_t at = slot(c, s->next);
    if (c->geometry.policy == RF_OVERWRITE) {
        store_pair_release(c, at + STAMP, mark_of(c, s->next)); /* head */
        release();                                              /* claim */
    }
    rf_copy_in(c, at + PAYLOAD, payload, length);
    store_pair(c, at + LENGTH, (uint64_t)s->epoch << 32 | length);
    store_pair_release(c, at + STAMP, published(s->next)); /* publish */
    s->next += 1;
    store_pair_release(c, head_line(c) + STAMP, 2 * s->next); /* head */
}

enum rf_result rf_send(struct rf_sender *s, const void *payload, uint32_t length) {
    if (length > s->channel.geometry.capacity)
        return RF_TOO_LONG;
    if (s->room == 0) {
        enum rf_result result = look_for_room(s);
        if (result != RF_OK)
            return result;
    }
    publish(s, payload, length);
    s->room -= 1;
    notify_if_requested(s);
    return RF_OK;
}

static bool is_silent(const struct rf_channel *c, uint32_t r) {
    uint32_t count;
    return count_in(c, seat_line(c, r) + ATTACH_COUNT, &count) && load(c, seat_line(c, r) + RECEIVER_NOTIFIES) == RF_SILENT;
}

/* After RF_FULL. Whether there is room now rf_send finds out. */
void rf_wait_for_room(struct rf_sender *s, uint32_t r, uint32_t milliseconds) {
    const struct rf_channel *c = &s->channel;
    uint64_t consumed = seat_line(c, r) + CONSUMED;
    uint32_t pending;
    if (is_silent(c, r)) {
        rf_port.poll();
        return;
    }
    store(c, SESSION + SENDER_WAITING, 1);
    sequential(); /* room */
    uint32_t seen = load(c, consumed);
    if (pending_of(s, r, &pending) && pending == c->geometry.slots && rf_is_current(c))
        s->woken += rf_port.wait(word(c, consumed), seen, milliseconds);
    store(c, SESSION + SENDER_WAITING, 0);
}

void rf_close(struct rf_sender *s) {
    if (!rf_is_current(&s->channel))
        return;
    store_release(&s->channel, SESSION + CLOSED, s->epoch); /* closed */
    notify_now(s);
}
