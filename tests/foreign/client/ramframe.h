/* A client of the ramframe layout in C11: what it does is what core/LAYOUT.md says, section by section. */
#ifndef RAMFRAME_H
#define RAMFRAME_H

#include <stdbool.h>
#include <stdint.h>

enum { RF_OVERWRITE = 1, RF_BACKPRESSURE = 2 };

enum rf_result {
    RF_OK,          /* done; of a receive: here is the message */
    RF_NOTHING,     /* nothing yet */
    RF_FULL,        /* a receiver is too slow: `slow` says which */
    RF_MISSED,      /* the sender lapped this receiver by `count` messages */
    RF_DROPPED,     /* `count` messages were dropped while nobody sat here */
    RF_CLOSED,      /* the sender left in good order, and all it sent was delivered; said once of each */
    RF_RESTARTED,   /* another sender goes on */
    RF_BUSY,        /* the other side is too fast to be looked at; try again */
    RF_FORMATTED,   /* the region was formatted since; attach again */
    RF_UNFORMATTED, /* no magic yet; try again */
    RF_FOREIGN,     /* not a channel, or of another version */
    RF_CORRUPT,     /* what no sender or receiver would leave there */
    RF_TOO_LONG     /* longer than a slot, or than the buffer */
};
const char *rf_name(enum rf_result result);

struct rf_geometry {
    uint32_t line, policy, slots, stride, capacity, receivers;
};

/* A region that was checked. The numbers are this side's own copies: what the region says later moves no access. */
struct rf_channel {
    unsigned char *base;
    uint32_t line, policy, slots, stride, capacity, receivers, formatted;
};
uint64_t rf_size(const struct rf_geometry *geometry);
enum rf_result rf_believe(void *base, uint64_t length, struct rf_channel *channel);
void rf_format(void *base, const struct rf_geometry *geometry, uint32_t number);
bool rf_was_formatted(const struct rf_channel *channel);

enum rf_result rf_find_head(const struct rf_channel *channel, uint64_t *head);
uint64_t rf_oldest(const struct rf_channel *channel, uint64_t head);

struct rf_sender {
    struct rf_channel channel;
    uint64_t next;
    uint32_t epoch, bell;
    uint32_t room, slow; /* messages that fit without looking again; the receiver with the most to take */
    uint64_t rang, woken; /* receivers that the bell woke; times that a receiver woke this sender */
};
enum rf_result rf_attach_sender(struct rf_sender *sender, const struct rf_channel *channel);
enum rf_result rf_send(struct rf_sender *sender, const void *payload, uint32_t length);
void rf_wait_for_room(struct rf_sender *sender, uint32_t milliseconds);
void rf_close(struct rf_sender *sender);

struct rf_message {
    void *buffer;
    uint32_t size; /* of the buffer */
    uint32_t length, epoch;
    uint64_t sequence;
};

struct rf_receiver {
    struct rf_channel channel;
    uint64_t next, count;
    uint32_t seat, epoch; /* of the sender that is known; 0: none yet */
    bool told_closed;
    enum { RF_NONE_DROPPED, RF_TO_TELL, RF_TOLD } dropped;
    bool can_write;
    uint64_t rang, woken; /* senders that this receiver woke; times that the bell woke it */
};
/* Under overwrite, with the oldest message or the newest; a mapping that is only to be read will do. */
enum rf_result rf_attach_overwrite(struct rf_receiver *receiver, const struct rf_channel *channel, bool oldest, bool can_write);
enum rf_result rf_attach_seat(struct rf_receiver *receiver, const struct rf_channel *channel, uint32_t seat);
enum rf_result rf_recv(struct rf_receiver *receiver, struct rf_message *message);
enum rf_result rf_recv_or_sleep(struct rf_receiver *receiver, struct rf_message *message, uint32_t milliseconds);
enum rf_result rf_latest(struct rf_receiver *receiver, struct rf_message *message);
void rf_leave(struct rf_receiver *receiver);

#endif
