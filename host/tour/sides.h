/* Part of the check: the sender and the receiver as processes of their own, which do what they are told. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "exercise.h"

enum { PATIENCE = 10000, ACTORS = 4096 };

static const char *exercise;

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...) {
    va_list arguments;
    printf("%s: FAILED: ", exercise);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    exit(1);
}

enum what { OPEN_SENDER, OPEN_RECEIVER, SEND, RECEIVE, CLOSE_SENDER, CLOSE_RECEIVER };

struct order {
    enum what what;
    char text[48];
    int milliseconds;
    bool stepped;
};

struct reply {
    int result;
    char text[64];
};

struct actor {
    pid_t pid;
    int orders, replies;
};

/* What a side notes while it works: its own sleeps. */
static struct notes {
    volatile int watched, slept;
} *notes;

static key_t key;
static pid_t actors[ACTORS];
static int count;

static void note_sleep(void) {
    if (notes->watched)
        notes->slept = 1;
}

/* These take the place of the C library's. */
int nanosleep(const struct timespec *time, struct timespec *left) {
    note_sleep();
    return (int)syscall(SYS_nanosleep, time, left);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left) {
    note_sleep();
    return syscall(SYS_clock_nanosleep, clock, flags, time, left) < 0 ? errno : 0;
}

int usleep(useconds_t time) {
    struct timespec pause = {time / 1000000, time % 1000000 * 1000L};
    return nanosleep(&pause, NULL);
}

unsigned sleep(unsigned time) {
    struct timespec pause = {time, 0};
    nanosleep(&pause, NULL);
    return 0;
}

static struct reply obey(const struct order *order) {
    struct reply reply = {0, ""};
    switch (order->what) {
    case OPEN_SENDER:
        reply.result = open_sender(key);
        break;
    case OPEN_RECEIVER:
        reply.result = open_receiver(key);
        break;
    case SEND:
        reply.result = send_text(order->text);
        break;
    case RECEIVE:
        notes->watched = 1;
        reply.result = receive_text(reply.text, order->milliseconds);
        notes->watched = 0;
        break;
    case CLOSE_SENDER:
        close_sender();
        break;
    case CLOSE_RECEIVER:
        close_receiver();
        break;
    }
    return reply;
}

static void act(int orders, int replies) {
    struct order order;
    while (read(orders, &order, sizeof order) == sizeof order) {
        if (order.stepped) {
            ptrace(PTRACE_TRACEME, 0, NULL, NULL);
            raise(SIGUSR1);
        }
        struct reply reply = obey(&order);
        if (order.stepped)
            raise(SIGUSR1);
        if (write(replies, &reply, sizeof reply) != sizeof reply)
            break;
    }
    _exit(0);
}

static struct actor start(void) {
    int orders[2], replies[2];
    if (count == ACTORS || pipe(orders) < 0 || pipe(replies) < 0)
        fail("no more processes can be started");
    struct actor actor = {fork(), orders[1], replies[0]};
    if (actor.pid < 0)
        fail("fork: %s", strerror(errno));
    if (actor.pid == 0) {
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_DFL);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(orders[1]);
        close(replies[0]);
        act(orders[0], replies[1]);
    }
    close(orders[0]);
    close(replies[1]);
    actors[count++] = actor.pid;
    return actor;
}

static void end(struct actor *actor) {
    close(actor->orders);
    close(actor->replies);
    kill(actor->pid, SIGKILL);
    waitpid(actor->pid, NULL, 0);
}

static void tell(struct actor *actor, enum what what, const char *text, int milliseconds, bool stepped) {
    struct order order = {what, "", milliseconds, stepped};
    strncpy(order.text, text, sizeof order.text - 1);
    if (write(actor->orders, &order, sizeof order) != sizeof order)
        fail("a side has ended");
}

static bool has_answered(struct actor *actor, int milliseconds) {
    struct pollfd replies = {actor->replies, POLLIN, 0};
    return poll(&replies, 1, milliseconds) > 0 && (replies.revents & POLLIN);
}

static bool is_dead(struct actor *actor) {
    struct pollfd replies = {actor->replies, POLLIN, 0};
    return poll(&replies, 1, 0) > 0 && !(replies.revents & POLLIN);
}

static struct reply hear(struct actor *actor, const char *doing) {
    struct reply reply = {0, ""};
    if (!has_answered(actor, PATIENCE) && !is_dead(actor))
        fail("%s: no end after %d s", doing, PATIENCE / 1000);
    if (read(actor->replies, &reply, sizeof reply) != sizeof reply)
        fail("%s: the process died", doing);
    reply.text[sizeof reply.text - 1] = '\0';
    return reply;
}

static void well(struct actor *actor, enum what what, const char *text, const char *doing) {
    tell(actor, what, text, 0, false);
    if (hear(actor, doing).result != 0)
        fail("%s: it failed", doing);
}

/* The next text, waited for, which must be this one. */
static void expect(struct actor *receiver, const char *text, const char *otherwise) {
    tell(receiver, RECEIVE, "", PATIENCE / 2, false);
    struct reply reply = hear(receiver, "the receiver receives");
    if (reply.result != 1 || strcmp(reply.text, text) != 0)
        fail("%s: the receiver got %s, not %s", otherwise, reply.result == 0 ? "nothing" : reply.text, text);
}

static void expect_nothing(struct actor *receiver, const char *otherwise) {
    tell(receiver, RECEIVE, "", 0, false);
    struct reply reply = hear(receiver, "the receiver looks");
    if (reply.result != 0)
        fail("%s: the receiver got %s", otherwise, reply.text);
}

/* Texts that the sender is still sending. */
static int pending;

static void has_sent(struct actor *sender) {
    if (hear(sender, "send_text").result != 0)
        fail("send_text: it failed");
    pending--;
}

/* Lets the sender send. It may wait for the receiver: then it goes on later. */
static void send_later(struct actor *sender, const char *text) {
    tell(sender, SEND, text, 0, false);
    pending++;
    while (pending > 0 && has_answered(sender, PATIENCE / 4))
        has_sent(sender);
}

/* The receiver has received everything, so the sender has sent it. */
static void settle(struct actor *sender) {
    while (pending > 0)
        has_sent(sender);
}

static void begin(struct actor *sender, struct actor *receiver) {
    *sender = start();
    well(sender, OPEN_SENDER, "", "open_sender");
    *receiver = start();
    well(receiver, OPEN_RECEIVER, "", "open_receiver");
}
