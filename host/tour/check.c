/* The check of the exercises: `check EXERCISE`, linked with one attempt. check.sh compiles and runs it.
 *
 * Sender and receiver are processes of their own. Where a fault depends on the moment, the check does not wait for luck: it runs the
 * sender instruction by instruction (ptrace), and stops it after each one that has changed the segment. Linux on a processor that can
 * run single instructions, such as x86-64 and AArch64.
 */
#include "step.h"

#include <sys/mman.h>
#include <sys/resource.h>

static struct actor looker;
static bool looks;
static int stores;

/* One look of the receiver, while the sender stands still. One that waits for the sender goes on with it. */
static bool look(void) {
    stores++;
    if (!looks)
        tell(&looker, RECEIVE, "", 0, false);
    looks = !has_answered(&looker, looks ? 0 : 2000);
    if (looks)
        return true;
    struct reply reply = hear(&looker, "the receiver looks");
    if (reply.result < 0 || (reply.result == 1 && !is_known(reply.text)))
        fail("after store %d of the sender the receiver got \"%s\"", stores, reply.text);
    return true;
}

static void check_torn(void) {
    struct actor sender;
    begin(&sender, &looker);
    well(&sender, SEND, "ZIMNO", "send_text");
    expect(&looker, "ZIMNO", "a first text");
    step(&sender, SEND, "CIEPLO", look);
    if (hear(&sender, "send_text").result != 0)
        fail("send_text: it failed");
    if (looks)
        hear(&looker, "the receiver looks");
    if (stores == 0)
        fail("the sender stored nothing in the segment of the key");
    end(&sender);
    end(&looker);
}

static void check_lost(void) {
    struct actor sender, receiver;
    begin(&sender, &receiver);
    expect_nothing(&receiver, "before anything was sent");
    send_later(&sender, "CIEPLO");
    expect(&receiver, "CIEPLO", "a first text");
    expect_nothing(&receiver, "a text came twice");
    send_later(&sender, "ZIMNO");
    send_later(&sender, "CIEPLO");
    send_later(&sender, "CIEPLO");
    expect(&receiver, "ZIMNO", "a text was lost");
    expect(&receiver, "CIEPLO", "a text was lost");
    expect(&receiver, "CIEPLO", "a text was lost that was sent twice");
    expect_nothing(&receiver, "a text came twice");
    settle(&sender);
    end(&sender);
    end(&receiver);
}

static void check_stays(void) {
    struct actor sender, receiver;
    for (int sender_first = 0; sender_first < 2; sender_first++) {
        begin(&sender, &receiver);
        send_later(&sender, "CIEPLO");
        if (sender_first)
            tell(&sender, CLOSE_SENDER, "", 0, false);
        expect(&receiver, "CIEPLO", "a first text");
        settle(&sender);
        well(&receiver, CLOSE_RECEIVER, "", "close_receiver");
        if (!sender_first)
            tell(&sender, CLOSE_SENDER, "", 0, false);
        hear(&sender, "close_sender");
        end(&sender);
        end(&receiver);
        if (shmget(key, 0, 0) >= 0)
            fail("both sides have ended, and the segment is still there");
        if (semget(key, 0, 0) >= 0)
            fail("both sides have ended, and a set of semaphores is still there");
    }
}

/* The state of a process, as /proc says it: R, S, ... */
static char state(pid_t pid) {
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return '?';
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    fclose(file);
    const char *name = strrchr(line, ')');
    return name == NULL ? '?' : name[2];
}

/* Waits until the receiver sleeps. One that works on is ended by the kernel when it has worked for a second. */
static void wait_for_sleep(struct actor *receiver) {
    for (;;) {
        bool receives = notes->watched; /* before the state, which may be that of a receiver that has not begun */
        char now = state(receiver->pid);
        if (notes->slept)
            fail("the receiver sleeps for a time, whether a message comes or not");
        if (receives && now == 'S')
            return;
        if (is_dead(receiver))
            fail("the receiver burned a second of a core while nobody sent");
        if (has_answered(receiver, 1))
            fail("the receiver did not wait for a message");
    }
}

static void check_waits(void) {
    const struct rlimit one_second = {1, 1};
    struct actor sender, receiver;
    begin(&sender, &receiver);
    well(&sender, SEND, "CIEPLO", "send_text");
    expect(&receiver, "CIEPLO", "a first text");
    prlimit(receiver.pid, RLIMIT_CPU, &one_second, NULL);
    notes->watched = notes->slept = 0;
    tell(&receiver, RECEIVE, "", 600000, false);
    wait_for_sleep(&receiver);
    well(&sender, SEND, "ZIMNO", "send_text");
    struct reply reply = hear(&receiver, "the receiver is woken");
    if (notes->slept)
        fail("the receiver sleeps for a time, whether a message comes or not");
    if (reply.result != 1 || strcmp(reply.text, "ZIMNO") != 0)
        fail("the receiver slept through a message");
    end(&sender);
    end(&receiver);
}

static int deadly;

/* Whether the sender survives one more store. */
static bool survives(void) { return ++stores != deadly; }

/* A sender that dies at its store number `store`; false if it does not make that many. */
static bool dies(int store) {
    struct actor sender = start();
    stores = 0;
    deadly = store;
    bool died = !step(&sender, OPEN_SENDER, "", survives);
    if (!died) {
        if (hear(&sender, "open_sender").result != 0)
            fail("open_sender failed after another sender was killed");
        died = !step(&sender, SEND, "CIEPLO", survives);
    }
    end(&sender);
    return died;
}

/* What the receiver finds after a death, which must be whole: nothing, or a text. */
static struct reply finds(struct actor *receiver, int milliseconds) {
    char doing[96];
    snprintf(doing, sizeof doing, "a sender was killed at store %d; then the receiver", deadly);
    tell(receiver, RECEIVE, "", milliseconds, false);
    struct reply reply = hear(receiver, doing);
    if (reply.result < 0 || (reply.result == 1 && !is_known(reply.text)))
        fail("%s got \"%s\"", doing, reply.text);
    return reply;
}

/* The next sender and the receiver go on. */
static void go_on(struct actor *receiver) {
    struct actor sender = start();
    char doing[96];
    snprintf(doing, sizeof doing, "a sender was killed at store %d; then the next sender", deadly);
    well(&sender, OPEN_SENDER, "", doing);
    well(&sender, SEND, "ZIMNO", doing);
    for (int texts = 0; texts < 2; texts++) {
        struct reply reply = finds(receiver, PATIENCE / 2);
        if (reply.result == 1 && strcmp(reply.text, "ZIMNO") == 0)
            return end(&sender);
    }
    fail("a sender was killed at store %d; then the text of the next one was lost", deadly);
}

/* Senders that die when the segment is made. */
static void check_first(void) {
    struct actor sender, receiver;
    bool died = true;
    for (int store = 1; died; store++) {
        sender = start();
        stores = 0;
        deadly = store;
        died = !step(&sender, OPEN_SENDER, "", survives);
        end(&sender);
        detach(); /* an attempt may ask who is attached */
        begin(&sender, &receiver);
        well(&sender, SEND, "ZIMNO", "send_text after a sender was killed that made the segment");
        expect(&receiver, "ZIMNO", "a sender was killed that made the segment");
        end(&sender);
        end(&receiver);
        remove_all();
    }
}

static void check_crash(void) {
    struct actor sender, receiver;
    begin(&sender, &receiver);
    well(&sender, SEND, "ZIMNO", "send_text");
    expect(&receiver, "ZIMNO", "a first text");
    end(&sender);
    int store = 1;
    for (; dies(store); store++) {
        finds(&receiver, 0);
        go_on(&receiver);
    }
    if (store == 1)
        fail("the sender stored nothing in the segment of the key");
    end(&receiver);
    remove_all();
    check_first();
}

/* ---- The whole ---- */

/* Nothing is left: neither processes nor what they made. */
static void clean(void) {
    for (int at = 0; at < count; at++)
        if (waitpid(actors[at], NULL, WNOHANG) == 0)
            kill(actors[at], SIGKILL), waitpid(actors[at], NULL, 0);
    remove_all();
}

static void interrupted(int by) {
    clean();
    signal(by, SIG_DFL);
    raise(by);
}

/* A key on which nobody is. */
static void choose_key(void) {
    for (int try = 0; try < 1000; try++) {
        key = 0x54000000 | ((getpid() + try * 7919) & 0xffffff);
        if (shmget(key, 0, 0) < 0 && errno == ENOENT && semget(key, 0, 0) < 0 && errno == ENOENT)
            return;
    }
    fail("no key is free");
}

static const struct {
    const char *name;
    void (*check)(void);
} checks[] = {
    {"torn", check_torn}, {"lost", check_lost}, {"stays", check_stays}, {"waits", check_waits}, {"crash", check_crash}};

int main(int argc, char **argv) {
    exercise = argc == 2 ? argv[1] : "";
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t at = 0; at < sizeof checks / sizeof checks[0]; at++) {
        if (strcmp(exercise, checks[at].name) != 0)
            continue;
        notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (notes == MAP_FAILED)
            fail("mmap: %s", strerror(errno));
        choose_key();
        atexit(clean);
        signal(SIGINT, interrupted);
        signal(SIGTERM, interrupted);
        signal(SIGPIPE, SIG_IGN);
        checks[at].check();
        printf("%s: passed\n", exercise);
        return 0;
    }
    fprintf(stderr, "usage: check torn|lost|stays|waits|crash\n");
    return 2;
}
