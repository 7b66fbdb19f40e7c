/* What do the verbs of the program share? */
#ifndef CLIENT_H
#define CLIENT_H

#include "ramframe.h"
#include "segment.h"

struct options {
    struct rf_geometry geometry; /* -b N: backpressure for N receivers; -s slots; -c capacity */
    uint64_t count;              /* -k: so many messages */
    uint32_t nap;                /* -n: no sleep is longer than so many milliseconds */
    uint32_t seat;               /* -r */
    bool read_only;              /* -o */
    bool stepwise;               /* -x: one look for each line of the input */
};

/* A channel in a segment, found, and the locks where they are needed. */
struct place {
    struct segment segment;
    struct rf_channel channel;
    int locks;
};

void send_lines(const struct options *options);
void receive(const struct options *options);
void look_at_newest(const struct options *options);
/* Runs the cases of a file of the conformance suite, and says what differs; whether nothing does. */
bool conform(const char *path);

/* Waits for a segment with a channel in it. */
void find(struct place *place, bool read_only);
void die(const char *what);
void check(enum rf_result result);
void *buffer_of(uint32_t size);

/* Says when this side was woken, or woke the other, since it was last asked: a test then knows that no time limit did it. */
struct wakes {
    uint64_t woke, woken;
};
void say_who_woke(struct wakes *before, uint64_t woke, uint64_t woken);

#endif
