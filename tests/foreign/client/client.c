/* A program around the header, for tests to run beside `host`: a line for each thing that happens, payload in hex.
 *
 *   client send    sends each line of its input, and leaves; makes the segment where there is none
 *   client recv    prints what it receives, and whatever else it learns
 *   client latest  prints the newest message, without receiving it
 */
#define RAMFRAME_LINUX
#include "../../../core/c/ramframe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct ramframe_geometry geometry; /* -b N: backpressure for N receivers; -s slots; -c capacity */
    uint64_t count;                    /* -k: so many messages */
    uint32_t nap;                      /* -n: no sleep is longer than so many milliseconds */
    int index;                         /* -r */
    bool stepwise;                     /* -x: one look for each line of the input */
    bool reclaims;                     /* -d: discards for dead receivers */
} options = {.count = UINT64_MAX, .nap = 100};

static void die(const char *what) {
    fprintf(stderr, "client: %s\n", what);
    exit(1);
}

static void check(int result) {
    if (result < 0)
        die(ramframe_strerror(result));
}

/* Says when this side was woken, or woke the other, since it was last asked: a test then knows that no time limit did it. */
static void say_who_woke(const struct ramframe_futex *futex) {
    static uint64_t woke, woken;
    if (futex->woke != woke)
        fprintf(stderr, "woke the other\n");
    if (futex->woken != woken)
        fprintf(stderr, "was woken\n");
    woke = futex->woke;
    woken = futex->woken;
}

static uint32_t from_hex(const char *line, unsigned char *payload, uint32_t most) {
    uint32_t length = 0;
    for (unsigned byte; length < most && sscanf(line + 2 * length, "%2x", &byte) == 1; length++)
        payload[length] = (unsigned char)byte;
    return length;
}

static void send_one(struct ramframe_linux_sender *s, const unsigned char *payload, uint32_t length) {
    int result = RAMFRAME_E_FULL;
    uint64_t discarded;
    while ((result = ramframe_send_for(s, payload, length, options.reclaims ? 1 : RAMFRAME_FOREVER)) == RAMFRAME_E_FULL)
        if (ramframe_reclaim_dead(s, s->sender.slowest, &discarded) == 0)
            fprintf(stderr, "discarded %" PRIu64 "\n", discarded);
    check(result);
    printf("sent %" PRIu64 " %" PRIu32 "\n", s->sender.next - 1, s->sender.epoch);
    say_who_woke(&s->futex);
}

static void send_lines(void) {
    struct ramframe_linux_sender s;
    check(ramframe_open_sender(&s, ftok(".", 'S'), &options.geometry));
    s.futex.milliseconds = options.nap;
    fprintf(stderr, "attached\n");
    uint32_t capacity = s.sender.channel.geometry.capacity;
    unsigned char *payload = malloc(capacity);
    char *line = NULL;
    for (size_t room = 0; getline(&line, &room, stdin) != -1;)
        send_one(&s, payload, from_hex(line, payload, capacity));
    check(ramframe_close_sender(&s, false, 10000));
    free(payload);
    free(line);
}

static void print(const struct ramframe_event *e, const unsigned char *buffer) {
    printf("message %" PRIu64 " %" PRIu32 " ", e->sequence, e->epoch);
    for (uint32_t i = 0; i < e->length; i++)
        printf("%02x", buffer[i]);
    printf("\n");
}

/* Says what happened; true if nothing more can. */
static bool tell(int found, const struct ramframe_event *e, const unsigned char *buffer) {
    static const char *const names[] = {"empty", "", "", "progress lost", "restarted", "closed", "busy", "removed"};
    if (found == RAMFRAME_MESSAGE)
        print(e, buffer);
    else if (found == RAMFRAME_LAGGED)
        printf("lagged %" PRIu64 "\n", e->lagged);
    else
        puts(found >= 0 ? names[found] : found == RAMFRAME_E_REFORMATTED ? "reformatted" : ramframe_strerror(found));
    return found < 0 || found == RAMFRAME_REMOVED;
}

static void open_receiver(struct ramframe_linux_receiver *r) {
    check(ramframe_open_receiver(r, ftok(".", 'S'), options.index, RAMFRAME_FROM_OLDEST, RAMFRAME_FOREVER));
    r->futex.milliseconds = options.nap;
}

static int next(struct ramframe_linux_receiver *r, unsigned char *buffer, struct ramframe_event *e) {
    uint32_t capacity = r->receiver.channel.geometry.capacity;
    if (options.stepwise)
        return ramframe_try_recv(&r->receiver, buffer, capacity, e);
    return ramframe_recv_for(r, buffer, capacity, e, RAMFRAME_FOREVER);
}

/* Whether to look once more: of a stepwise receiver, when its next line has come. */
static bool is_to_look(void) {
    int byte = '\n';
    while (options.stepwise && (byte = getchar()) != EOF && byte != '\n') {
    }
    return byte == '\n';
}

static void receive(void) {
    struct ramframe_linux_receiver r;
    struct ramframe_event e;
    open_receiver(&r);
    fprintf(stderr, "attached\n");
    unsigned char *buffer = malloc(r.receiver.channel.geometry.capacity);
    bool ended = false;
    for (uint64_t left = options.count; left > 0 && !ended && is_to_look();) {
        int found = next(&r, buffer, &e);
        say_who_woke(&r.futex);
        ended = tell(found, &e, buffer);
        left -= found == RAMFRAME_MESSAGE;
    }
    ramframe_close_receiver(&r);
    free(buffer);
}

static void look_at_newest(void) {
    struct ramframe_linux_receiver r;
    struct ramframe_event e;
    open_receiver(&r);
    uint32_t capacity = r.receiver.channel.geometry.capacity;
    unsigned char *buffer = malloc(capacity);
    tell(ramframe_latest(&r.receiver, buffer, capacity, &e), &e, buffer);
    ramframe_close_receiver(&r);
    free(buffer);
}

static uint32_t number(const char *text) { return (uint32_t)strtoul(text, NULL, 10); }

static void parse(int argc, char **argv) {
    uint32_t receivers = 0, slots = 8, capacity = 48;
    for (int option; (option = getopt(argc, argv, "b:s:c:k:n:r:xd")) != -1;) {
        switch (option) {
        case 'b': receivers = number(optarg); break;
        case 's': slots = number(optarg); break;
        case 'c': capacity = number(optarg); break;
        case 'k': options.count = number(optarg); break;
        case 'n': options.nap = number(optarg); break;
        case 'r': options.index = (int)number(optarg); break;
        case 'x': options.stepwise = true; break;
        case 'd': options.reclaims = true; break;
        default: die("no such option");
        }
    }
    options.geometry = receivers > 0 ? ramframe_backpressure(slots, capacity, receivers) : ramframe_overwrite(slots, capacity);
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *verb = argc < 2 ? "" : argv[1];
    parse(argc - 1, argv + 1);
    if (strcmp(verb, "send") == 0)
        send_lines();
    else if (strcmp(verb, "recv") == 0)
        receive();
    else if (strcmp(verb, "latest") == 0)
        look_at_newest();
    else
        die("send, recv or latest?");
    return 0;
}
