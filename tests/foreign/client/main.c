/* A program around the client, for tests to run beside `host`: a line for each thing that happens, payload in hex.
 *
 *   client send    sends each line of its input, and leaves; made and formatted where nothing is
 *   client recv    prints what it receives, and whatever else it learns
 *   client latest  prints the newest message, without taking it
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

void say_who_woke(struct wakes *before, uint64_t rang, uint64_t woken) {
    if (rang != before->rang)
        fprintf(stderr, "woke the other\n");
    if (woken != before->woken)
        fprintf(stderr, "was woken\n");
    *before = (struct wakes){rang, woken};
}

void find(struct place *place, bool read_only) {
    enum rf_result result = RF_UNFORMATTED;
    while (!segment_find(&place->segment, read_only)) {
        if (errno != ENOENT && errno != EIDRM)
            die(strerror(errno));
        usleep(1000);
    }
    while ((result = rf_believe(place->segment.base, place->segment.length, &place->channel)) == RF_UNFORMATTED)
        usleep(1000);
    check(result);
}

static uint32_t number(const char *text) { return (uint32_t)strtoul(text, NULL, 10); }

static struct options parse(int argc, char **argv) {
    struct options o = {.geometry = {64, RF_OVERWRITE, 8, 64, 48, 0}, .count = UINT64_MAX, .nap = 100};
    for (int option; (option = getopt(argc, argv, "b:s:c:k:n:r:ox")) != -1;) {
        switch (option) {
        case 'b': o.geometry.receivers = number(optarg); break;
        case 's': o.geometry.slots = number(optarg); break;
        case 'c': o.geometry.capacity = number(optarg); break;
        case 'k': o.count = number(optarg); break;
        case 'n': o.nap = number(optarg); break;
        case 'r': o.seat = number(optarg); break;
        case 'o': o.read_only = true; break;
        case 'x': o.stepwise = true; break;
        default: die("no such option");
        }
    }
    if (o.geometry.receivers > 0)
        o.geometry.policy = RF_BACKPRESSURE;
    o.geometry.stride = (o.geometry.capacity + 16 + o.geometry.line - 1) / o.geometry.line * o.geometry.line;
    return o;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *verb = argc < 2 ? "" : argv[1];
    struct options options = parse(argc - 1, argv + 1);
    if (strcmp(verb, "send") == 0)
        send_lines(&options);
    else if (strcmp(verb, "recv") == 0)
        receive(&options);
    else if (strcmp(verb, "latest") == 0)
        look_at_newest(&options);
    else
        die("send, recv or latest?");
    return 0;
}
