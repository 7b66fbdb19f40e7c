/* Why is there no message? */
#ifndef NEWS_H
#define NEWS_H

#include "ramframe.h"

/* Each returns RF_OK where there is nothing to tell, and a message may be there. */
enum rf_result rf_nothing_there(struct rf_receiver *receiver);
enum rf_result rf_lapped(struct rf_receiver *receiver);
/* Before a message of `epoch` is given out, or its sender's silence. */
enum rf_result rf_another_sender(struct rf_receiver *receiver, uint32_t epoch);

#endif
