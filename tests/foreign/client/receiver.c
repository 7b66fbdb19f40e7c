/* How does a receiver attach, receive, wait, and leave? */
#include "frame.h"
#include "news.h"

static uint64_t line_of(const struct rf_receiver *r) { return seat_line(&r->channel, r->seat); }

/* How many messages are published; 0 until this generation has a sender. */
static enum rf_result begin(struct rf_receiver *r, const struct rf_channel *c, uint64_t *head) {
    *r = (struct rf_receiver){.channel = *c, .epoch = c->first_epoch + (UINT32_C(1) << 31)};
    *head = 0;
    return rf_meet_sender(r) ? rf_find_head(c, head) : RF_OK;
}

enum rf_result rf_attach_overwrite(struct rf_receiver *r, const struct rf_channel *c, bool oldest, bool can_write) {
    uint64_t head;
    enum rf_result result = begin(r, c, &head);
    r->can_write = can_write;
    r->next = oldest ? rf_oldest(c, head) : head;
    return rf_is_current(c) ? result : RF_UNFORMATTED;
}

/* Where the receivers before this one stopped. */
static enum rf_result find_start(struct rf_receiver *r, uint64_t head) {
    const struct rf_channel *c = &r->channel;
    uint32_t consumed, count;
    bool was_attached = count_in(c, line_of(r) + ATTACH_COUNT, &count);
    if (!count_in(c, line_of(r) + CONSUMED, &consumed)) {
        r->progress_lost = was_attached || head > c->geometry.slots;
        r->next = r->progress_lost ? head : 0;
        return RF_OK;
    }
    uint32_t pending = (low(head) - consumed) & COUNT;
    if (pending > c->geometry.slots || pending > head)
        return RF_CORRUPT_CONSUMED;
    r->next = head - pending;
    r->progress_lost = was_attached && !count_in(c, line_of(r) + DISCARDING, &count);
    return RF_OK;
}

/* What was discarded on this seat, and told to nobody. */
static void recall_discarded(struct rf_receiver *r) {
    const struct rf_channel *c = &r->channel;
    uint32_t discarding;
    if (!count_in(c, line_of(r) + DISCARDING, &discarding) || discarding != 1)
        return;
    acquire(); /* discarding */
    uint64_t at = line_of(r) + DISCARDED_FROM;
    uint64_t from = (uint64_t)load(c, at + 4) << 32 | load(c, at);
    r->discarded = from < r->next ? r->next - from : 0;
}

static enum rf_result take_over(struct rf_receiver *r, const struct rf_channel *c, uint32_t seat) {
    uint64_t head;
    if (seat >= c->geometry.receivers)
        return RF_NO_SUCH_RECEIVER;
    enum rf_result result = begin(r, c, &head);
    r->seat = seat;
    r->can_write = true;
    if (result == RF_OK)
        result = find_start(r, head);
    if (!rf_is_current(c))
        return RF_UNFORMATTED;
    recall_discarded(r);
    r->progress_lost = r->progress_lost && r->discarded == 0;
    return result;
}

static void set(const struct rf_receiver *r, uint64_t at, uint32_t count) {
    store(&r->channel, line_of(r) + at, tagged(&r->channel, count));
}

/* Lets the sender have every slot below the next message's, and wakes it: either this sees its request, or it `consumed`. */
static void let_go(struct rf_receiver *r) {
    const struct rf_channel *c = &r->channel;
    if (c->geometry.policy == RF_OVERWRITE)
        return;
    store_release(c, line_of(r) + CONSUMED, tagged(c, low(r->next))); /* consumed */
    if (r->notifies == RF_SILENT)
        return;
    sequential(); /* room */
    if (load(c, SESSION + SENDER_WAITING) != 0)
        r->woke += rf_port.wake(word(c, line_of(r) + CONSUMED));
}

void rf_restore(struct rf_receiver *r) {
    uint32_t count;
    bool is_seated = r->channel.geometry.policy == RF_BACKPRESSURE;
    if (is_seated && !r->progress_lost && !count_in(&r->channel, line_of(r) + CONSUMED, &count))
        let_go(r);
}

static uint32_t attach_count(const struct rf_receiver *r) {
    uint32_t count;
    return count_in(&r->channel, line_of(r) + ATTACH_COUNT, &count) ? count : 0;
}

enum rf_result rf_attach_seat(struct rf_receiver *r, const struct rf_channel *c, uint32_t seat, uint32_t notifies) {
    enum rf_result result = take_over(r, c, seat);
    if (result != RF_OK)
        return result;
    if (!r->progress_lost)
        let_go(r);
    if (r->discarded == 0)
        set(r, DISCARDING, 0);
    uint32_t count = (attach_count(r) + 1) & COUNT;
    set(r, ATTACH_COUNT, count == 0 ? 1 : count);
    store(c, line_of(r) + RECEIVER_NOTIFIES, notifies);
    r->notifies = notifies;
    if (!r->progress_lost)
        let_go(r); /* the receiver before may have died when it was about to wake the sender */
    return RF_OK;
}

void rf_detach(struct rf_receiver *r) {
    if (r->channel.geometry.policy == RF_BACKPRESSURE && rf_is_current(&r->channel))
        set(r, DETACHED_AT, attach_count(r));
}

enum rf_result rf_reclaim(const struct rf_channel *c, uint32_t seat, uint64_t *count) {
    struct rf_receiver r;
    uint64_t head = 0;
    enum rf_result result = take_over(&r, c, seat);
    if (result != RF_OK)
        return result;
    result = r.sender_seen ? rf_find_head(c, &head) : RF_OK;
    if (!rf_is_current(c))
        return RF_REFORMATTED;
    if (r.progress_lost)
        return RF_PROGRESS_LOST;
    if (result != RF_OK)
        return result;
    *count = head > r.next ? head - r.next : 0;
    if (*count > 0 && r.discarded == 0) {
        store(c, line_of(&r) + DISCARDED_FROM, low(r.next));
        store(c, line_of(&r) + DISCARDED_FROM + 4, high(r.next));
        store_release(c, line_of(&r) + DISCARDING, tagged(c, 1)); /* discarding */
    }
    r.next += *count;
    r.notifies = RF_ANSWERS;
    let_go(&r);
    return RF_OK;
}

/* A message that was read, and has nothing to be told before it. RF_BUSY: look again. */
static enum rf_result take(struct rf_receiver *r, const struct rf_message *message) {
    switch (rf_fit(&r->channel, message)) {
    case IS_CORRUPT: return RF_CORRUPT_LENGTH;
    case IS_TOO_LONG: return RF_TOO_LONG;
    case FITS:
    case IS_VOID: break;
    }
    bool is_void = rf_fit(&r->channel, message) == IS_VOID;
    if (!is_void && r->told_discarded) {
        set(r, DISCARDING, 0);
        r->discarded = 0;
        r->told_discarded = false;
    }
    r->next += 1;
    let_go(r);
    return is_void ? RF_BUSY : RF_OK;
}

/* One look. RF_BUSY: look again. */
static enum rf_result look(struct rf_receiver *r, struct rf_message *message) {
    enum frame found = rf_meet_sender(r) ? rf_read_frame(&r->channel, r->next, message) : FRAME_ABSENT;
    enum rf_result result = RF_BUSY;
    switch (found) {
    case FRAME_TORN: return RF_BUSY;
    case FRAME_ABSENT: result = rf_nothing_there(r); return result == RF_OK ? RF_BUSY : result;
    case FRAME_READ: result = rf_before(r, message->epoch);
    }
    return result == RF_OK ? take(r, message) : result;
}

/* What gives no message may be of two generations, so the full check is last. */
enum rf_result rf_recv(struct rf_receiver *r, struct rf_message *message) {
    enum rf_result result = RF_BUSY;
    for (int tries = 0; result == RF_BUSY && tries < TRIES; tries++)
        result = look(r, message);
    return result == RF_OK || rf_is_current(&r->channel) ? result : RF_REFORMATTED;
}

void rf_wait(struct rf_receiver *r, uint32_t milliseconds) {
    const struct rf_channel *c = &r->channel;
    if (r->sender_seen && load(c, SESSION + SENDER_NOTIFIES) == RF_SILENT) {
        rf_port.poll();
        return;
    }
    rf_restore(r);
    uint32_t seen = load(c, SESSION + NOTIFY_SEQ);
    acquire(); /* notify */
    if (r->can_write) {
        store(c, requests(c), 1);
        sequential(); /* request */
    }
    if (!rf_has_news(r))
        r->woken += rf_port.wait(word(c, SESSION + NOTIFY_SEQ), seen, milliseconds);
}

static enum rf_result newest(struct rf_receiver *r, struct rf_message *message) {
    const struct rf_channel *c = &r->channel;
    uint64_t passed = 0;
    for (int tries = 0; tries < TRIES; tries++) {
        uint64_t head = 0;
        enum rf_result result = rf_find_head(c, &head);
        if (result != RF_OK)
            return result;
        if (head <= passed || (c->geometry.policy == RF_BACKPRESSURE && head - passed <= r->next))
            return RF_EMPTY;
        if (rf_read_frame(c, head - passed - 1, message) != FRAME_READ || !owns(c, message->epoch))
            continue;
        switch (rf_fit(c, message)) {
        case FITS: return RF_OK;
        case IS_CORRUPT: return RF_CORRUPT_LENGTH;
        case IS_TOO_LONG: return RF_TOO_LONG;
        case IS_VOID: passed += 1;
        }
    }
    return RF_BUSY;
}

enum rf_result rf_latest(struct rf_receiver *r, struct rf_message *message) {
    enum rf_result result = rf_meet_sender(r) ? newest(r, message) : RF_EMPTY;
    return rf_is_current(&r->channel) ? result : RF_REFORMATTED;
}
