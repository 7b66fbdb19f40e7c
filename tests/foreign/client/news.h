/* Why is there no message? */
#ifndef NEWS_H
#define NEWS_H

#include "words.h"

/* What there is to tell, or RF_OK, before a message of `epoch` is given out, or its sender's silence. */
enum rf_result rf_before(struct rf_receiver *receiver, uint32_t epoch);
/* Why the next message is not there; RF_OK if it is there now. */
enum rf_result rf_nothing_there(struct rf_receiver *receiver);
/* Whether a receive would say something other than RF_EMPTY. */
bool rf_has_news(const struct rf_receiver *receiver);
/* Seen once, it stays true. */
bool rf_meet_sender(struct rf_receiver *receiver);
/* Stores `consumed` again if a late store took its place. */
void rf_restore(struct rf_receiver *receiver);

#endif
