/* Why is there no message? "Nothing there", "Lapped" and "Another sender". */
#include "news.h"

#include "stamps.h"

enum rf_result rf_another_sender(struct rf_receiver *receiver, uint32_t epoch) {
    const struct rf_channel *c = &receiver->channel;
    if (epoch == receiver->epoch)
        return RF_OK;
    if (rf_was_formatted(c))
        return RF_FORMATTED;
    if (receiver->epoch != 0 && !receiver->told_closed && load(c, session(c) + CLOSED) == receiver->epoch) {
        receiver->told_closed = true;
        return RF_CLOSED;
    }
    enum rf_result result = receiver->epoch == 0 ? RF_OK : RF_RESTARTED;
    receiver->epoch = epoch;
    receiver->told_closed = false;
    return result;
}

enum rf_result rf_lapped(struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    if (c->policy == RF_BACKPRESSURE)
        return RF_CORRUPT;
    uint64_t head = 0;
    enum rf_result result = rf_find_head(c, &head);
    if (result != RF_OK)
        return result;
    if (head <= receiver->next)
        return RF_CORRUPT;
    uint64_t oldest = rf_oldest(c, head);
    if (oldest <= receiver->next)
        oldest = receiver->next + 1;
    receiver->count = oldest - receiver->next;
    receiver->next = oldest;
    return RF_MISSED;
}

/* The sender left in good order: told once, although it stays so. */
static enum rf_result closed(struct rf_receiver *receiver) {
    if (receiver->told_closed)
        return RF_NOTHING;
    receiver->told_closed = true;
    return RF_CLOSED;
}

enum rf_result rf_nothing_there(struct rf_receiver *receiver) {
    const struct rf_channel *c = &receiver->channel;
    uint32_t epoch = load(c, session(c) + EPOCH), last_closed = load(c, session(c) + CLOSED);
    acquire();
    struct stamp stamp = look(c, receiver->next);
    if (stamp.low == low(published(receiver->next)))
        return RF_OK;
    if (!is_not_yet(c, stamp, receiver->next))
        return rf_lapped(receiver);
    if (epoch == 0)
        return RF_NOTHING;
    enum rf_result result = rf_another_sender(receiver, epoch);
    if (result != RF_OK)
        return result;
    return epoch == last_closed ? closed(receiver) : RF_NOTHING;
}
