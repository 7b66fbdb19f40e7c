/* How does a receiver attach, receive, sleep, and leave? */
#include "frame.h"
#include "futex.h"
#include "news.h"

enum { LOOKS = 16 };

enum rf_result rf_attach_overwrite(struct rf_receiver *receiver, const struct rf_channel *c, bool oldest, bool can_write) {
    uint64_t head = 0;
    enum rf_result result = rf_find_head(c, &head);
    *receiver = (struct rf_receiver){.channel = *c, .can_write = can_write};
    receiver->next = oldest ? rf_oldest(c, head) : head;
    return result;
}

/* What was dropped while nobody sat here is told by the first receive. */
static void find_dropped(struct rf_receiver *receiver, uint64_t line) {
    const struct rf_channel *c = &receiver->channel;
    if (load(c, line + DROPPING) == 0)
        return;
    acquire(); /* dropping */
    uint64_t from = (uint64_t)load(c, line + DROPPED_FROM_HIGH) << 32 | load(c, line + DROPPED_FROM);
    receiver->count = from < receiver->next ? receiver->next - from : 0;
    if (receiver->count == 0)
        store(c, line + DROPPING, 0);
    else
        receiver->dropped = RF_TO_TELL;
}

/* Either this sees that the sender sleeps, or the sender what was taken. */
static void wake_sender(struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    sequential(); /* room */
    if (load(c, session(c) + SENDER_ASLEEP) != 0)
        receiver->rang += rf_futex_wake(word(c, seat_line(c, receiver->seat) + TAKEN));
}

enum rf_result rf_attach_seat(struct rf_receiver *receiver, const struct rf_channel *c, uint32_t seat) {
    uint64_t head = 0, line = seat_line(c, seat);
    enum rf_result result = rf_find_head(c, &head);
    if (result != RF_OK)
        return result;
    uint32_t pending = low(head) - load(c, line + TAKEN);
    if (pending > c->slots || pending > head)
        return RF_CORRUPT;
    *receiver = (struct rf_receiver){.channel = *c, .next = head - pending, .seat = seat, .can_write = true};
    uint32_t joined = load(c, line + JOINED) + 1;
    store(c, line + JOINED, joined == 0 ? 1 : joined);
    find_dropped(receiver, line);
    wake_sender(receiver);
    return RF_OK;
}

void rf_leave(struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    uint64_t line = seat_line(c, receiver->seat);
    if (c->policy == RF_BACKPRESSURE)
        store(c, line + LEFT, load(c, line + JOINED));
}

static enum rf_result tell_dropped(struct rf_receiver *receiver) {
    if (receiver->dropped != RF_TO_TELL)
        return RF_OK;
    receiver->dropped = RF_TOLD;
    return RF_DROPPED;
}

/* Under backpressure the sender may use the slot from here on. */
static void take(struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    receiver->next += 1;
    if (c->policy == RF_OVERWRITE)
        return;
    uint64_t line = seat_line(c, receiver->seat);
    if (receiver->dropped == RF_TOLD) {
        receiver->dropped = RF_NONE_DROPPED;
        store(c, line + DROPPING, 0);
    }
    store_release(c, line + TAKEN, low(receiver->next)); /* taken */
    wake_sender(receiver);
}

static enum rf_result received(struct rf_receiver *receiver, const struct rf_message *message) {
    enum rf_result result = rf_another_sender(receiver, message->epoch);
    if (result != RF_OK)
        return result;
    if (receiver->channel.policy == RF_BACKPRESSURE && rf_was_formatted(&receiver->channel))
        return RF_FORMATTED;
    take(receiver);
    return RF_OK;
}

static enum rf_result step(struct rf_receiver *receiver, struct rf_message *message) {
    enum rf_result result = tell_dropped(receiver);
    for (int looks = 0; result == RF_OK && looks < LOOKS; looks++) {
        switch (rf_read_frame(&receiver->channel, receiver->next, message)) {
        case FRAME_RECEIVED: return received(receiver, message);
        case FRAME_ABSENT: result = rf_nothing_there(receiver); break;
        case FRAME_LAPPED: return rf_lapped(receiver);
        case FRAME_CORRUPT: return RF_CORRUPT;
        case FRAME_TOO_LONG: return RF_TOO_LONG;
        }
    }
    return result == RF_OK ? RF_BUSY : result;
}

/* What gives no message may be another channel's. */
static enum rf_result settled(const struct rf_receiver *receiver, enum rf_result result) {
    return result != RF_OK && rf_was_formatted(&receiver->channel) ? RF_FORMATTED : result;
}

enum rf_result rf_recv(struct rf_receiver *receiver, struct rf_message *message) {
    return settled(receiver, step(receiver, message));
}

enum rf_result rf_recv_or_sleep(struct rf_receiver *receiver, struct rf_message *message, uint32_t milliseconds) {
    const struct rf_channel *c = &receiver->channel;
    if (receiver->can_write)
        store(c, asks(c), 1);
    sequential(); /* ask */
    uint32_t bell = load(c, session(c) + BELL);
    acquire(); /* bell */
    enum rf_result result = rf_recv(receiver, message);
    if (result != RF_NOTHING || (receiver->can_write && load(c, asks(c)) == 0))
        return result;
    receiver->woken += rf_futex_wait(word(c, session(c) + BELL), bell, milliseconds);
    return rf_recv(receiver, message);
}

static enum rf_result newest(struct rf_receiver *receiver, struct rf_message *message) {
    const struct rf_channel *c = &receiver->channel;
    for (int looks = 0; looks < LOOKS; looks++) {
        uint64_t head = 0;
        enum rf_result result = rf_find_head(c, &head);
        if (result != RF_OK)
            return result;
        if (head == 0 || (c->policy == RF_BACKPRESSURE && head <= receiver->next))
            return RF_NOTHING;
        switch (rf_read_frame(c, head - 1, message)) {
        case FRAME_RECEIVED: return RF_OK;
        case FRAME_CORRUPT: return RF_CORRUPT;
        case FRAME_TOO_LONG: return RF_TOO_LONG;
        case FRAME_ABSENT:
        case FRAME_LAPPED: break;
        }
    }
    return RF_BUSY;
}

enum rf_result rf_latest(struct rf_receiver *receiver, struct rf_message *message) {
    enum rf_result result = newest(receiver, message);
    return rf_was_formatted(&receiver->channel) ? RF_FORMATTED : result;
}
