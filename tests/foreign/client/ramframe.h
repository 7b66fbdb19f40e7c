/* A client of the ramframe layout in C11: what it does is what core/LAYOUT.md says, section by section. */
#ifndef RAMFRAME_H
#define RAMFRAME_H

#include <stdbool.h>
#include <stdint.h>

enum { RF_OVERWRITE = 1, RF_BACKPRESSURE = 2 };

/* The words `sender_notifies` and `receiver_notifies`. */
enum { RF_SILENT = 0, RF_ANSWERS = 1, RF_UNREQUESTED = 2 };

enum rf_result {
    RF_OK,               /* done; of a receive: here is the message */
    RF_EMPTY,            /* no message yet */
    RF_FULL,             /* a receiver is too slow: `slow` says which */
    RF_LAGGED,           /* `count` messages are lost */
    RF_PROGRESS_LOST,    /* where the receiver before this one stood is not known */
    RF_CLOSED,           /* the sender closed, and all it sent was delivered */
    RF_RESTARTED,        /* another sender goes on */
    RF_BUSY,             /* the other side is too fast to be looked at; try again */
    RF_REFORMATTED,      /* the region was formatted since; attach again */
    RF_TOO_LONG,         /* longer than a slot, or than the buffer */
    RF_CORRUPT_HEAD,     /* what no sender or receiver would leave there */
    RF_CORRUPT_STAMP,
    RF_CORRUPT_LENGTH,
    RF_CORRUPT_CONSUMED,
    RF_UNFORMATTED,      /* no magic: never formatted, or being formatted; try again */
    RF_FOREIGN,          /* another magic */
    RF_VERSION,          /* another version of the wire */
    RF_FEATURES,         /* required features that are not known here */
    RF_CONSTANTS,        /* geometry that no format stores */
    RF_TOO_SMALL,        /* the region is shorter than its geometry */
    RF_MOVES_PLACES,     /* a format that would move what an attached side may store to */
    RF_NO_SUCH_RECEIVER
};
const char *rf_name(enum rf_result result);

struct rf_geometry {
    uint32_t line, policy, slots, stride, capacity, receivers, slots_at;
};

/* A region that was checked. The numbers are this side's own copies: what the region says later moves no access. */
struct rf_channel {
    unsigned char *base;
    struct rf_geometry geometry;
    uint32_t generation, first_epoch;
};

/* The usual geometry: slots right behind the control lines. */
struct rf_geometry rf_geometry_of(uint32_t policy, uint32_t slots, uint32_t capacity, uint32_t receivers, uint32_t line);
uint64_t rf_size(const struct rf_geometry *geometry);
enum rf_result rf_read(void *base, uint64_t length, struct rf_channel *channel);
enum rf_result rf_format(void *base, uint64_t length, const struct rf_geometry *geometry, uint32_t seed);
enum rf_result rf_format_exclusive(void *base, uint64_t length, const struct rf_geometry *geometry, uint32_t seed);
bool rf_is_current(const struct rf_channel *channel);

enum rf_result rf_find_head(const struct rf_channel *channel, uint64_t *head);
uint64_t rf_oldest(const struct rf_channel *channel, uint64_t head);

struct rf_sender {
    struct rf_channel channel;
    uint64_t next;
    uint32_t epoch, notifies, notify_count;
    uint32_t room, slow;  /* messages until it must look again; the receiver with the most to receive */
    uint64_t woke, woken; /* receivers that it woke; times that a receiver woke it */
};
enum rf_result rf_attach_sender(struct rf_sender *sender, const struct rf_channel *channel, uint32_t notifies);
enum rf_result rf_send(struct rf_sender *sender, const void *payload, uint32_t length);
void rf_wait_for_room(struct rf_sender *sender, uint32_t receiver, uint32_t milliseconds);
void rf_close(struct rf_sender *sender);

struct rf_message {
    void *buffer;
    uint32_t size; /* of the buffer */
    uint32_t length, epoch;
    uint64_t sequence;
};

struct rf_receiver {
    struct rf_channel channel;
    uint64_t next;
    uint64_t count;     /* of RF_LAGGED */
    uint64_t discarded; /* on this seat, until the message behind the gap is received */
    uint32_t seat, epoch, notifies;
    bool sender_seen, told_closed, told_discarded, progress_lost;
    bool can_write;
    uint64_t woke, woken; /* senders that it woke; times that the sender woke it */
};
/* Under overwrite, with the oldest message or the next to come; a mapping that is only to be read will do. */
enum rf_result rf_attach_overwrite(struct rf_receiver *receiver, const struct rf_channel *channel, bool oldest, bool can_write);
enum rf_result rf_attach_seat(struct rf_receiver *receiver, const struct rf_channel *channel, uint32_t seat, uint32_t notifies);
enum rf_result rf_recv(struct rf_receiver *receiver, struct rf_message *message);
enum rf_result rf_latest(struct rf_receiver *receiver, struct rf_message *message);
void rf_wait(struct rf_receiver *receiver, uint32_t milliseconds);
void rf_detach(struct rf_receiver *receiver);
/* In place of a receiver that is dead: discards what it has not received, `count` messages. */
enum rf_result rf_reclaim(const struct rf_channel *channel, uint32_t seat, uint64_t *count);

/* How a side waits and wakes the other: by futex, unless a program puts other functions here. */
struct rf_port {
    uint64_t (*wait)(_Atomic uint32_t *word, uint32_t seen, uint32_t milliseconds);
    uint64_t (*wake)(_Atomic uint32_t *word);
    void (*poll)(void);
};
extern struct rf_port rf_port;

#endif
