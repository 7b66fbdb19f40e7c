/* `client conform`: runs the cases of the conformance suite, tests/golden/conformance/README.md. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "words.h"

enum { WORDS = 32, RECEIVERS = 33, ALIGN = 128 };

/* The case that is running. */
static struct {
    unsigned char *memory;
    uint64_t length;
    struct rf_sender sender;
    struct rf_receiver receivers[RECEIVERS];
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

static uint64_t offset(_Atomic uint32_t *word) { return (uint64_t)((unsigned char *)word - now.memory); }

static uint64_t wait(_Atomic uint32_t *word, uint32_t seen, uint32_t milliseconds) {
    (void)milliseconds;
    snprintf(now.wait, sizeof now.wait, "waits 0x%" PRIX64 " 0x%08" PRIX32, offset(word), seen);
    return 0;
}

static uint64_t wake(_Atomic uint32_t *word) {
    size_t length = strlen(now.woke);
    snprintf(now.woke + length, sizeof now.woke - length, " 0x%" PRIX64, offset(word));
    return 0;
}

static void poll(void) { strcpy(now.wait, "polls"); }

static uint64_t number(const char *text) {
    if (text == NULL)
        die("a number is missing");
    return strtoull(text, NULL, 0);
}

static uint32_t word_of(const char *text) { return (uint32_t)number(text); }

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static struct rf_channel all(void) { return (struct rf_channel){.base = now.memory}; }

static void region(char **words) {
    free(now.memory);
    memset(&now, 0, sizeof now);
    now.length = number(words[1]);
    now.memory = aligned_alloc(ALIGN, (now.length + ALIGN - 1) / ALIGN * ALIGN);
    memset(now.memory, 0, now.length);
}

static void put(char **words) {
    struct rf_channel c = all();
    uint64_t at = number(words[1]);
    for (int i = 2; words[i] != NULL; i++, at += 4)
        store(&c, at, word_of(words[i]));
}

static void expect(char **words) {
    struct rf_channel c = all();
    uint64_t at = number(words[1]);
    for (int i = 2; words[i] != NULL; i++, at += 4)
        if (load(&c, at) != word_of(words[i])) {
            say("0x%" PRIX64 " holds 0x%08" PRIX32, at, load(&c, at));
            return;
        }
}

typedef enum rf_result formatter(void *, uint64_t, const struct rf_geometry *, uint32_t);

static void format(char **words, formatter *formatter) {
    uint32_t policy = is(words[1], "overwrite") ? RF_OVERWRITE : RF_BACKPRESSURE;
    struct rf_geometry g =
        rf_geometry_of(policy, word_of(words[2]), word_of(words[3]), word_of(words[4]), word_of(words[5]));
    if (word_of(words[6]) != 0)
        g.slots_at = word_of(words[6]);
    say("%s", rf_name(formatter(now.memory, now.length, &g, word_of(words[7]))));
}

static uint32_t notifies(const char *text) {
    return is(text, "answers") ? RF_ANSWERS : is(text, "unrequested") ? RF_UNREQUESTED : RF_SILENT;
}

static void sender(char **words) {
    struct rf_channel c;
    enum rf_result result = rf_read(now.memory, now.length, &c);
    if (result == RF_OK)
        result = rf_attach_sender(&now.sender, &c, notifies(words[1]));
    if (result == RF_OK)
        say("next %" PRIu64 " epoch %" PRIu32, now.sender.next, now.sender.epoch);
    else
        say("%s", rf_name(result));
}

static uint32_t from_hex(const char *text, unsigned char *bytes) {
    uint32_t length = 0;
    for (unsigned byte; sscanf(text + 2 * length, "%2x", &byte) == 1; length++)
        bytes[length] = (unsigned char)byte;
    return length;
}

static void send_message(char **words) {
    unsigned char bytes[4096];
    uint32_t length = from_hex(words[1], bytes);
    enum rf_result result = rf_send(&now.sender, bytes, length);
    if (result == RF_OK)
        say("sent %" PRIu64, now.sender.next - 1);
    else if (result == RF_FULL)
        say("full %" PRIu32, now.sender.slow);
    else
        say("%s", rf_name(result));
}

static struct rf_receiver *receiver_of(char **words) { return &now.receivers[number(words[1]) % RECEIVERS]; }

static void receiver(char **words) {
    struct rf_channel c;
    struct rf_receiver *r = receiver_of(words);
    enum rf_result result = rf_read(now.memory, now.length, &c);
    if (result == RF_OK && c.geometry.policy == RF_OVERWRITE)
        result = rf_attach_overwrite(r, &c, is(words[2], "oldest"), true);
    else if (result == RF_OK)
        result = rf_attach_seat(r, &c, word_of(words[1]), notifies(words[2]));
    if (result == RF_OK)
        say("next %" PRIu64, r->next);
    else
        say("%s", rf_name(result));
}

typedef enum rf_result receive_step(struct rf_receiver *, struct rf_message *);

static void take(char **words, receive_step *step) {
    struct rf_receiver *r = receiver_of(words);
    uint32_t capacity = r->channel.geometry.capacity;
    struct rf_message m = {.buffer = buffer_of(capacity), .size = capacity};
    enum rf_result result = step(r, &m);
    if (result == RF_OK) {
        say("message %" PRIu64 " %" PRIu32 " %s", m.sequence, m.epoch, m.length == 0 ? "-" : "");
        for (uint32_t i = 0; i < m.length; i++)
            sprintf(event + strlen(event), "%02x", ((unsigned char *)m.buffer)[i]);
    } else if (result == RF_LAGGED) {
        say("lagged %" PRIu64, r->count);
    } else {
        say("%s", rf_name(result));
    }
    free(m.buffer);
}

static void reclaim(char **words) {
    struct rf_channel c;
    uint64_t count = 0;
    enum rf_result result = rf_read(now.memory, now.length, &c);
    if (result == RF_OK)
        result = rf_reclaim(&c, word_of(words[1]), &count);
    if (result == RF_OK)
        say("discarded %" PRIu64, count);
    else
        say("%s", rf_name(result));
}

static void wait_step(char **words) {
    strcpy(now.wait, "ready");
    if (is(words[0], "wait"))
        rf_wait(receiver_of(words), 0);
    else
        rf_wait_for_room(&now.sender, word_of(words[1]), 0);
    say("%s", now.wait);
}

static void woke(void) {
    say("woke%s", now.woke[0] == 0 ? " none" : now.woke);
    now.woke[0] = 0;
}

static void step(char **words) {
    struct rf_channel c;
    if (is(words[0], "region"))
        region(words);
    else if (is(words[0], "put"))
        put(words);
    else if (is(words[0], "expect"))
        expect(words);
    else if (is(words[0], "read"))
        say("%s", rf_name(rf_read(now.memory, now.length, &c)));
    else if (is(words[0], "format"))
        format(words, rf_format);
    else if (is(words[0], "format_exclusive"))
        format(words, rf_format_exclusive);
    else if (is(words[0], "sender"))
        sender(words);
    else if (is(words[0], "send"))
        send_message(words);
    else if (is(words[0], "close"))
        rf_close(&now.sender);
    else if (is(words[0], "receiver"))
        receiver(words);
    else if (is(words[0], "recv"))
        take(words, rf_recv);
    else if (is(words[0], "latest"))
        take(words, rf_latest);
    else if (is(words[0], "detach"))
        rf_detach(receiver_of(words));
    else if (is(words[0], "reclaim"))
        reclaim(words);
    else if (is(words[0], "wait") || is(words[0], "wait_for_room"))
        wait_step(words);
    else if (is(words[0], "woke"))
        woke();
    else
        say("no such step: %s", words[0]);
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

bool conform(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL)
        die("no such file");
    rf_port = (struct rf_port){wait, wake, poll};
    char line[4096], title[4096] = "", *words[WORDS];
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
        step(words);
        if (strcmp(event, expected) != 0 && ++faults)
            printf("%s:%d: %s  expected \"%s\", found \"%s\"\n", path, at, title, expected, event);
    }
    fclose(file);
    printf("%d cases, %d differ\n", cases, faults);
    return faults == 0;
}
