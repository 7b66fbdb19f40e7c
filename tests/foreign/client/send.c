/* `client send`: sends each line of its input. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "locks.h"

static void find_or_make(struct place *place, const struct rf_geometry *geometry) {
    if (segment_create(&place->segment, rf_size(geometry)))
        check(rf_format(place->segment.base, place->segment.length, geometry, (uint32_t)getpid()));
    else if (errno != EEXIST)
        die(strerror(errno));
    find(place, false);
}

/* The lock first: so one process at a time makes the channel, or sends. */
static void become_sender(struct place *place, const struct rf_geometry *geometry) {
    int set = locks_make(segment_key(), geometry->receivers);
    if (set < 0)
        die(strerror(errno));
    if (!locks_take(set, SENDER_LOCK))
        die("another process sends");
    find_or_make(place, geometry);
}

static uint32_t from_hex(const char *line, unsigned char *payload, uint32_t most) {
    uint32_t length = 0;
    for (unsigned byte; length < most && sscanf(line + 2 * length, "%2x", &byte) == 1; length++)
        payload[length] = (unsigned char)byte;
    return length;
}

static void send_one(struct rf_sender *sender, uint32_t nap, const unsigned char *payload, uint32_t length) {
    enum rf_result result = RF_FULL;
    while ((result = rf_send(sender, payload, length)) == RF_FULL)
        rf_wait_for_room(sender, sender->slow, nap);
    check(result);
}

void send_lines(const struct options *o) {
    struct place place;
    struct rf_sender sender;
    struct wakes wakes = {0, 0};
    become_sender(&place, &o->geometry);
    /* Under overwrite after each message: a receiver that only reads cannot ask. */
    bool is_overwrite = place.channel.geometry.policy == RF_OVERWRITE;
    check(rf_attach_sender(&sender, &place.channel, is_overwrite ? RF_ANSWERS | RF_UNREQUESTED : RF_ANSWERS));
    fprintf(stderr, "attached\n");
    uint32_t capacity = place.channel.geometry.capacity;
    unsigned char *payload = buffer_of(capacity);
    char *line = NULL;
    for (size_t room = 0; getline(&line, &room, stdin) != -1;) {
        send_one(&sender, o->nap, payload, from_hex(line, payload, capacity));
        printf("sent %llu %u\n", (unsigned long long)sender.next - 1, sender.epoch);
        say_who_woke(&wakes, sender.woke, sender.woken);
    }
    rf_close(&sender);
    free(payload);
    free(line);
}
