/* `client recv` and `client latest`: print what comes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "locks.h"

static void print(const struct rf_message *m) {
    printf("message %llu %u ", (unsigned long long)m->sequence, m->epoch);
    for (uint32_t i = 0; i < m->length; i++)
        printf("%02x", ((const unsigned char *)m->buffer)[i]);
    printf("\n");
}

/* Under backpressure the seat first: so no other process is this receiver. */
static void attach(const struct options *o, struct place *place, struct rf_receiver *receiver) {
    find(place, o->read_only);
    place->locks = locks_find(place->segment.key);
    if (place->channel.geometry.policy == RF_OVERWRITE) {
        check(rf_attach_overwrite(receiver, &place->channel, true, !o->read_only));
        return;
    }
    if (o->seat >= place->channel.geometry.receivers || !locks_take(place->locks, SEAT_LOCK + o->seat))
        die("no such seat, or it is taken");
    check(rf_attach_seat(receiver, &place->channel, o->seat, RF_ANSWERS));
}

/* Whoever removes the segment says afterwards that this was the end, and then lets go of the lock. */
static bool is_gone(const struct place *place) {
    return segment_is_removed(&place->segment) && !locks_are_held(place->locks, SENDER_LOCK);
}

/* What a receive says that says nothing new. */
static bool is_old(enum rf_result result, bool told_closed) {
    return result == RF_EMPTY || result == RF_BUSY || (result == RF_CLOSED && told_closed);
}

static enum rf_result next(const struct options *o, const struct place *place, struct rf_receiver *receiver,
                           struct rf_message *message, bool *gone) {
    bool told_closed = receiver->told_closed;
    enum rf_result result = rf_recv(receiver, message);
    if (o->stepwise || !is_old(result, told_closed))
        return result;
    *gone = is_gone(place);
    if (!*gone) {
        rf_wait(receiver, o->nap);
        return RF_EMPTY;
    }
    result = rf_recv(receiver, message);
    return is_old(result, told_closed) ? RF_EMPTY : result;
}

/* Says what happened; true if nothing more can. */
static bool tell(enum rf_result result, const struct rf_receiver *receiver, const struct rf_message *message, bool stepwise) {
    switch (result) {
    case RF_OK: print(message); return false;
    case RF_LAGGED: printf("%s %llu\n", rf_name(result), (unsigned long long)receiver->count); return false;
    case RF_EMPTY:
    case RF_BUSY:
        if (stepwise)
            printf("%s\n", rf_name(result));
        return false;
    case RF_PROGRESS_LOST:
    case RF_CLOSED:
    case RF_RESTARTED: printf("%s\n", rf_name(result)); return false;
    default: printf("%s\n", rf_name(result)); return true;
    }
}

/* Whether to look once more: of a stepwise receiver, when its next line has come. */
static bool is_to_look(const struct options *o) {
    int byte = '\n';
    while (o->stepwise && (byte = getchar()) != EOF && byte != '\n') {
    }
    return byte == '\n';
}

void receive(const struct options *o) {
    struct place place;
    struct rf_receiver receiver;
    attach(o, &place, &receiver);
    struct rf_message message = {.buffer = buffer_of(place.channel.geometry.capacity), .size = place.channel.geometry.capacity};
    struct wakes wakes = {0, 0};
    bool ended = false, gone = false;
    fprintf(stderr, "attached\n");
    for (uint64_t left = o->count; left > 0 && !ended && is_to_look(o);) {
        enum rf_result result = next(o, &place, &receiver, &message, &gone);
        say_who_woke(&wakes, receiver.woke, receiver.woken);
        ended = tell(result, &receiver, &message, o->stepwise);
        if (gone && result == RF_EMPTY) {
            printf("removed\n");
            ended = true;
        }
        left -= result == RF_OK;
    }
    rf_detach(&receiver);
    free(message.buffer);
}

void look_at_newest(const struct options *o) {
    struct place place;
    struct rf_receiver receiver;
    attach(o, &place, &receiver);
    struct rf_message message = {.buffer = buffer_of(place.channel.geometry.capacity), .size = place.channel.geometry.capacity};
    enum rf_result result = rf_latest(&receiver, &message);
    if (result == RF_OK)
        print(&message);
    else
        printf("%s\n", rf_name(result));
    rf_detach(&receiver);
    free(message.buffer);
}
