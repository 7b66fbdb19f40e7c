/* Runs the cases of the conformance suite, tests/golden/conformance/README.md, in the files that its arguments name. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hooked.h"

enum { WORDS = 1024, RECEIVERS = 33, ALIGN = 128 };

/* The case that is running. */
static struct {
    struct ramframe_sender sender;
    struct ramframe_receiver receivers[RECEIVERS];
    char wait[64], woke[256]; /* what the port was asked for */
} now;

static char event[65536]; /* that the step gave */

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(event, sizeof event, format, list);
    va_end(list);
}

static ptrdiff_t offset(const ramframe_word *word) { return (const unsigned char *)word - hooks.memory; }

static void would_wait(void *context, const ramframe_word *word, uint32_t seen) {
    (void)context;
    snprintf(now.wait, sizeof now.wait, "waits 0x%tX 0x%08" PRIX32, offset(word), seen);
}

static void would_wake(void *context, const ramframe_word *word) {
    (void)context;
    size_t length = strlen(now.woke);
    snprintf(now.woke + length, sizeof now.woke - length, " 0x%tX", offset(word));
}

static void would_poll(void *context) {
    (void)context;
    strcpy(now.wait, "polls");
}

/* A way of waiting that does neither wait nor wake. */
static const struct ramframe_wait silent = {RAMFRAME_SILENT, would_wait, would_poll, would_wake, NULL, NULL};
static const struct ramframe_wait answers = {RAMFRAME_ANSWERS, would_wait, would_poll, would_wake, NULL, NULL};
static const struct ramframe_wait unrequested = {RAMFRAME_UNREQUESTED, would_wait, would_poll, would_wake, NULL, NULL};

static const char *const names[] = {"full", "too long", "reformatted", "corrupt head", "corrupt stamp", "corrupt length",
    "corrupt consumed", "unformatted", "foreign", "version", "features", "constants", "too small", "alignment", "moves places",
    "policy", "no such receiver", "busy", "progress lost"};
static const char *const events[] = {"empty", "message", "lagged", "progress lost", "restarted", "closed", "busy"};

static void say_error(int result) { say("%s", result == 0 ? "ok" : names[-result - 1]); }

static uint64_t number(const char *text) {
    return text == NULL ? 0 : strtoull(text, NULL, 0);
}

static uint32_t word_of(const char *text) { return (uint32_t)number(text); }

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static uint32_t *words_at(uint64_t at) { return (uint32_t *)(void *)(hooks.memory + at); }

static void region(char **words) {
    free(hooks.memory);
    memset(&now, 0, sizeof now);
    hooks.length = number(words[1]);
    hook_forget();
    hooks.memory = aligned_alloc(ALIGN, (hooks.length + ALIGN - 1) / ALIGN * ALIGN);
    memset(hooks.memory, 0, hooks.length);
}

static void put(char **words) {
    for (uint64_t i = 2, at = number(words[1]); words[i] != NULL; i++, at += 4)
        *words_at(at) = word_of(words[i]);
}

static void expect(char **words) {
    uint64_t at = number(words[1]);
    for (int i = 2; words[i] != NULL; i++, at += 4)
        if (*words_at(at) != word_of(words[i])) {
            say("0x%" PRIX64 " holds 0x%08" PRIX32, at, *words_at(at));
            return;
        }
}

static uint32_t from_hex(const char *text, unsigned char *bytes) {
    uint32_t length = 0;
    for (unsigned byte; sscanf(text + 2 * length, "%2x", &byte) == 1; length++)
        bytes[length] = (unsigned char)byte;
    return length;
}

/* `format_named` has the name in its first word. */
static void format(char **words, const char *how) {
    char name[64] = {0};
    if (is(how, "format_named"))
        from_hex(*++words, (unsigned char *)name);
    struct ramframe_geometry g = ramframe_backpressure(word_of(words[2]), word_of(words[3]), word_of(words[4]));
    if (is(words[1], "overwrite"))
        g = ramframe_overwrite(word_of(words[2]), word_of(words[3]));
    g = ramframe_with_line(g, word_of(words[5]));
    if (word_of(words[6]) != 0)
        g.slots_at = word_of(words[6]);
    uint32_t seed = word_of(words[7]);
    if (is(how, "format_exclusive"))
        say_error(ramframe_format_exclusive(hooks.memory, hooks.length, &g, seed));
    else if (is(how, "format_named"))
        say_error(ramframe_format_named(hooks.memory, hooks.length, &g, name, seed, &answers));
    else
        say_error(ramframe_format(hooks.memory, hooks.length, &g, seed, &answers));
}

static void name_step(void) {
    struct ramframe_channel c;
    char name[RAMFRAME_NAME_LENGTH + 1];
    int result = ramframe_read(hooks.memory, hooks.length, &c);
    if (result == 0)
        result = ramframe_name(&c, name);
    if (result != 0) {
        say_error(result);
        return;
    }
    say("name ");
    for (size_t i = 0; name[i] != 0; i++)
        sprintf(event + strlen(event), "%02X", (unsigned char)name[i]);
    if (name[0] == 0)
        strcat(event, "-");
}

static const struct ramframe_wait *notifies(const char *text) {
    return is(text, "answers") ? &answers : is(text, "unrequested") ? &unrequested : &silent;
}

static void sender(char **words) {
    struct ramframe_channel c;
    int result = ramframe_read(hooks.memory, hooks.length, &c);
    if (result == 0)
        result = ramframe_attach_sender(&now.sender, &c, notifies(words[1]));
    if (result == 0)
        say("next %" PRIu64 " epoch %" PRIu32, now.sender.next, now.sender.epoch);
    else
        say_error(result);
    if (result != 0)
        now.sender.channel.base = NULL;
}

static void send_message(char **words) {
    unsigned char bytes[4096];
    uint32_t length = from_hex(words[1], bytes);
    int result = ramframe_try_send(&now.sender, bytes, length);
    if (result == 0)
        say("sent %" PRIu64, now.sender.next - 1);
    else if (result == RAMFRAME_E_FULL)
        say("full %" PRIu32, now.sender.slowest);
    else
        say_error(result);
}

static struct ramframe_receiver *receiver_of(char **words) { return &now.receivers[number(words[1]) % RECEIVERS]; }

static void receiver(char **words) {
    struct ramframe_channel c;
    struct ramframe_receiver *r = receiver_of(words);
    int result = ramframe_read(hooks.memory, hooks.length, &c);
    int from = is(words[2], "next") ? RAMFRAME_FROM_NEXT : RAMFRAME_FROM_OLDEST;
    if (result == 0 && c.geometry.policy == RAMFRAME_OVERWRITE)
        result = ramframe_attach_reader(r, &c, from, &answers);
    else if (result == 0)
        result = ramframe_attach_receiver(r, &c, word_of(words[1]), notifies(words[2]));
    if (result == 0)
        say("next %" PRIu64, r->next);
    else
        say_error(result);
    if (result != 0)
        r->channel.base = NULL;
}

typedef int receive_step(struct ramframe_receiver *, void *, uint32_t, struct ramframe_event *);

static void say_found(int found, const struct ramframe_event *e, const unsigned char *buffer) {
    if (found == RAMFRAME_LAGGED) {
        say("lagged %" PRIu64, e->lagged);
    } else if (found == RAMFRAME_MESSAGE) {
        say("message %" PRIu64 " %" PRIu32 " %s", e->sequence, e->epoch, e->length == 0 ? "-" : "");
        for (uint32_t i = 0; i < e->length; i++)
            sprintf(event + strlen(event), "%02x", buffer[i]);
    } else {
        say("%s", found >= 0 ? events[found] : names[-found - 1]);
    }
}

static void take(char **words, receive_step *step) {
    struct ramframe_receiver *r = receiver_of(words);
    uint32_t capacity = r->channel.geometry.capacity;
    /* Exactly as large as it says: what watches this program's memory sees each byte beyond. */
    unsigned char *buffer = malloc(capacity);
    struct ramframe_event e;
    say_found(step(r, buffer, capacity, &e), &e, buffer);
    free(buffer);
}

static void reclaim(char **words) {
    struct ramframe_channel c;
    uint64_t count = 0;
    int result = ramframe_read(hooks.memory, hooks.length, &c);
    if (result == 0)
        result = ramframe_reclaim(&c, word_of(words[1]), &answers, &count);
    if (result == 0)
        say("discarded %" PRIu64, count);
    else
        say_error(result);
}

static void wait_step(char **words) {
    strcpy(now.wait, "ready");
    if (is(words[0], "wait"))
        ramframe_wait_for_news(receiver_of(words));
    else
        ramframe_wait_for_room(&now.sender, word_of(words[1]));
    say("%s", now.wait);
}

static void woke(void) {
    say("woke%s", now.woke[0] == 0 ? " none" : now.woke);
    now.woke[0] = 0;
}

/* Whose step it is: a receiver's, one of two senders', or another's. Each sender that attaches is the other one. */
static uint32_t side_of(char **words) {
    static uint32_t senders;
    senders += is(words[0], "sender");
    if (is(words[0], "send") || is(words[0], "close") || is(words[0], "wait_for_room") || is(words[0], "sender"))
        return RECEIVERS + senders % 2;
    bool is_receiver = is(words[0], "recv") || is(words[0], "latest") || is(words[0], "wait");
    is_receiver |= is(words[0], "detach") || is(words[0], "receiver");
    return is_receiver ? (uint32_t)(number(words[1]) % RECEIVERS) : RECEIVERS + 2;
}

/* Steps that the suite does not have: tests/header writes them. */
static void hooks_step(char **words) {
    if (is(words[0], "die")) /* with the stores after so many more */
        hooks.stores_left = number(words[1]);
    else if (is(words[0], "live"))
        hooks.stores_left = UINT64_MAX;
    else if (is(words[0], "lies")) /* one load in so many does */
        hooks.lies = word_of(words[1]);
    else
        say("no such step: %s", words[0]);
}

/* Whether the end that a step is about did not attach. */
static bool is_absent(char **words) {
    if (is(words[0], "send") || is(words[0], "close") || is(words[0], "wait_for_room"))
        return now.sender.channel.base == NULL;
    bool is_receiver = is(words[0], "recv") || is(words[0], "latest") || is(words[0], "wait") || is(words[0], "detach");
    return is_receiver && receiver_of(words)->channel.base == NULL;
}

static void step(char **words) {
    struct ramframe_channel c;
    if (is_absent(words))
        say("absent");
    else if (is(words[0], "region"))
        region(words);
    else if (is(words[0], "put"))
        put(words);
    else if (is(words[0], "expect"))
        expect(words);
    else if (is(words[0], "read"))
        say_error(ramframe_read(hooks.memory, hooks.length, &c));
    else if (strncmp(words[0], "format", 6) == 0)
        format(words, words[0]);
    else if (is(words[0], "name"))
        name_step();
    else if (is(words[0], "sender"))
        sender(words);
    else if (is(words[0], "send"))
        send_message(words);
    else if (is(words[0], "close"))
        ramframe_close(&now.sender);
    else if (is(words[0], "receiver"))
        receiver(words);
    else if (is(words[0], "recv"))
        take(words, ramframe_try_recv);
    else if (is(words[0], "latest"))
        take(words, ramframe_latest);
    else if (is(words[0], "detach"))
        ramframe_detach(receiver_of(words));
    else if (is(words[0], "reclaim"))
        reclaim(words);
    else if (is(words[0], "wait") || is(words[0], "wait_for_room"))
        wait_step(words);
    else if (is(words[0], "woke"))
        woke();
    else
        hooks_step(words);
}

/* Cuts a line into words; what must come of it is returned. */
static const char *cut(char *line, char **words) {
    line[strcspn(line, "#\n")] = 0;
    char *event_at = strstr(line, " -> ");
    if (event_at != NULL)
        *event_at = 0;
    int count = 0;
    for (char *word = strtok(line, " "); word != NULL && count < WORDS - 1; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    if (event_at == NULL)
        return "";
    event_at += 4;
    for (size_t end = strlen(event_at); end > 0 && event_at[end - 1] == ' '; end--)
        event_at[end - 1] = 0;
    return event_at;
}

/* The most accesses of a step on a channel of at most 8 slots and 2 receivers, as the header says. */
static uint32_t bound_of(const char *step) {
    static const struct {
        const char *step;
        uint32_t accesses;
    } bounds[] = {{"send", 9 + 4 + 2 + 4}, {"close", 7}, {"wait_for_room", 12}, {"recv", 66 + 4 * 25}, {"latest", 242},
        {"wait", 19}, {"detach", 6}, {"sender", 84 + 17 + 2 * 8}, {"receiver", 84 + 17}, {"reclaim", 150 + 17}, {"read", 17}};
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        if (is(step, bounds[i].step))
            return bounds[i].accesses;
    return UINT32_MAX;
}

static bool conform(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    static char line[65536], title[65536];
    char *words[WORDS];
    int cases = 0, faults = 0;
    for (int at = 1; fgets(line, sizeof line, file) != NULL; at++) {
        if (strncmp(line, "case ", 5) == 0) {
            cases++;
            strcpy(title, line + 5);
            continue;
        }
        const char *expected = cut(line, words);
        if (words[0] == NULL)
            continue;
        event[0] = 0;
        hooks.accesses = hooks.copies = 0;
        hook_enter(side_of(words));
        step(words);
        if (hooks.accesses > bound_of(words[0]) || hooks.copies > 5)
            printf("%s:%d: %" PRIu32 " accesses, %" PRIu32 " copies\n", path, at, hooks.accesses, hooks.copies), faults++;
        if (strcmp(expected, "*") != 0 && strcmp(event, expected) != 0 && ++faults)
            printf("%s:%d: %s  expected \"%s\", found \"%s\"\n", path, at, title, expected, event);
    }
    fclose(file);
    printf("%d cases, %d differ\n", cases, faults);
    return faults == 0;
}

int main(int argc, char **argv) {
    bool agrees = true;
    for (int i = 1; i < argc; i++)
        agrees &= conform(argv[i]);
    return agrees ? 0 : 1;
}
