/* A program around the client, for tests to run beside `host`: a line for each thing that happens, payload in hex.
 *
 *   client send    sends each line of its input, and leaves; made and formatted where nothing is
 *   client recv    prints what it receives, and whatever else it learns
 *   client latest  prints the newest message, without receiving it
 *   client conform FILE...  runs the conformance suite
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

void die(const char *what) {
    fprintf(stderr, "client: %s\n", what);
    exit(1);
}

void check(enum rf_result result) {
    if (result != RF_OK)
        die(rf_name(result));
}

void *buffer_of(uint32_t size) {
    void *buffer = malloc(size);
    if (buffer == NULL)
        die("no memory");
    return buffer;
}

void say_who_woke(struct wakes *before, uint64_t woke, uint64_t woken) {
    if (woke != before->woke)
        fprintf(stderr, "woke the other\n");
    if (woken != before->woken)
        fprintf(stderr, "was woken\n");
    *before = (struct wakes){woke, woken};
}

void find(struct place *place, bool read_only) {
    enum rf_result result = RF_UNFORMATTED;
    while (!segment_find(&place->segment, read_only)) {
        if (errno != ENOENT && errno != EIDRM)
            die(strerror(errno));
        usleep(1000);
    }
    while ((result = rf_read(place->segment.base, place->segment.length, &place->channel)) == RF_UNFORMATTED)
        usleep(1000);
    check(result);
}

static uint32_t number(const char *text) { return (uint32_t)strtoul(text, NULL, 10); }

static struct options parse(int argc, char **argv) {
    struct options o = {.count = UINT64_MAX, .nap = 100};
    uint32_t receivers = 0, slots = 8, capacity = 48;
    for (int option; (option = getopt(argc, argv, "b:s:c:k:n:r:ox")) != -1;) {
        switch (option) {
        case 'b': receivers = number(optarg); break;
        case 's': slots = number(optarg); break;
        case 'c': capacity = number(optarg); break;
        case 'k': o.count = number(optarg); break;
        case 'n': o.nap = number(optarg); break;
        case 'r': o.seat = number(optarg); break;
        case 'o': o.read_only = true; break;
        case 'x': o.stepwise = true; break;
        default: die("no such option");
        }
    }
    o.geometry = rf_geometry_of(receivers > 0 ? RF_BACKPRESSURE : RF_OVERWRITE, slots, capacity, receivers, 64);
    return o;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *verb = argc < 2 ? "" : argv[1];
    if (strcmp(verb, "conform") == 0) {
        int differ = 0;
        for (int i = 2; i < argc; i++)
            differ |= !conform(argv[i]);
        return differ;
    }
    struct options options = parse(argc - 1, argv + 1);
    if (strcmp(verb, "send") == 0)
        send_lines(&options);
    else if (strcmp(verb, "recv") == 0)
        receive(&options);
    else if (strcmp(verb, "latest") == 0)
        look_at_newest(&options);
    else
        die("send, recv, latest or conform?");
    return 0;
}
