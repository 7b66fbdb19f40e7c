/* Why is there no message? "Nothing there", "Lapped" and "News before a message". */
#include "news.h"

#include "stamps.h"

bool rf_meet_sender(struct rf_receiver *receiver) {
    uint32_t epoch;
    if (!receiver->sender_seen)
        receiver->sender_seen = sender_epoch(&receiver->channel, &epoch);
    return receiver->sender_seen;
}

/* What the receiver before this one left to tell. */
static enum rf_result untold(struct rf_receiver *receiver) {
    if (receiver->discarded != 0 && !receiver->told_discarded) {
        receiver->told_discarded = true;
        receiver->count = receiver->discarded;
        return RF_LAGGED;
    }
    bool lost = receiver->progress_lost;
    receiver->progress_lost = false;
    return lost ? RF_PROGRESS_LOST : RF_OK;
}

enum rf_result rf_before(struct rf_receiver *receiver, uint32_t epoch) {
    const struct rf_channel *c = &receiver->channel;
    enum rf_result result = untold(receiver);
    if (result != RF_OK || epoch == receiver->epoch)
        return result;
    if (!owns(c, epoch)) /* of an older generation: nothing yet */
        return RF_EMPTY;
    bool is_first = !owns(c, receiver->epoch);
    if (!is_first && !receiver->told_closed && load(c, SESSION + CLOSED) == receiver->epoch) {
        receiver->told_closed = true;
        return RF_CLOSED;
    }
    receiver->told_closed = false;
    receiver->epoch = epoch;
    return is_first ? RF_OK : RF_RESTARTED;
}

static enum rf_result lapped(struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    if (c->geometry.policy == RF_BACKPRESSURE)
        return RF_CORRUPT_STAMP;
    uint64_t head = 0;
    enum rf_result result = rf_find_head(c, &head);
    if (result != RF_OK)
        return result;
    if (head <= receiver->next)
        return RF_CORRUPT_HEAD;
    uint64_t oldest = rf_oldest(c, head);
    if (oldest <= receiver->next)
        oldest = receiver->next + 1;
    receiver->count = oldest - receiver->next;
    receiver->next = oldest;
    return RF_LAGGED;
}

static enum rf_result or_empty(enum rf_result result) { return result == RF_OK ? RF_EMPTY : result; }

enum rf_result rf_nothing_there(struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    rf_restore(receiver);
    uint32_t epoch = load(c, SESSION + EPOCH), closed = load(c, SESSION + CLOSED);
    acquire(); /* epoch, closed */
    if (!receiver->sender_seen || !owns(c, epoch))
        return or_empty(untold(receiver));
    uint64_t stamp = stamp_of(c, receiver->next);
    if (stamp == published(receiver->next))
        return RF_OK;
    if (!is_unwritten(c, stamp, receiver->next))
        return lapped(receiver);
    enum rf_result result = rf_before(receiver, epoch);
    if (result != RF_OK || epoch != closed)
        return or_empty(result);
    receiver->told_closed = true;
    return RF_CLOSED;
}

static bool is_news(const struct rf_receiver *receiver, uint32_t epoch, bool closed) {
    const struct rf_channel *c = &receiver->channel;
    return !receiver->sender_seen || epoch != receiver->epoch || closed != receiver->told_closed ||
           !is_unwritten(c, stamp_of(c, receiver->next), receiver->next);
}

bool rf_has_news(const struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    uint32_t epoch = load(c, SESSION + EPOCH), closed = load(c, SESSION + CLOSED);
    return (receiver->discarded != 0 && !receiver->told_discarded) || receiver->progress_lost ||
           (owns(c, epoch) && is_news(receiver, epoch, epoch == closed)) || !rf_is_current(c);
}
