/* The side in C: what a program on the second core has, by the header alone. The side in Rust, `in_rust.rs`, has the same functions;
 * `in_c.rs` declares these. */
#include "../../../../../core/c/ramframe.h"

/* How this core waits: it spins, or sleeps until the other core's interrupt or event. */
static void spin(void *context) { (void)context; }

static void spin_while(void *context, const ramframe_word *word, uint32_t seen) {
    (void)context, (void)word, (void)seen;
}

static void leave_it(void *context, const ramframe_word *word) { (void)context, (void)word; }

#if !defined __aarch64__
static void set(uintptr_t address, uint32_t word) { *(volatile uint32_t *)address = word; }
#endif

#if defined __arm__
/* The message handling unit of the mps2-an521, which interrupts the other core; the interrupt stays masked, and ends a WFI. */
static void prepare(void) {
    __asm__ volatile("cpsid i");
    set(0xE000E100, 1U << 6);
}

static void sleep_while(void *context, const ramframe_word *word, uint32_t seen) {
    spin_while(context, word, seen);
    __asm__ volatile("wfi" ::: "memory");
    set(0x50003018, 1);
    __asm__ volatile("dsb sy" ::: "memory");
    set(0xE000E280, 1U << 6);
}

static void wake(void *context, const ramframe_word *word) {
    leave_it(context, word);
    __asm__ volatile("dsb sy" ::: "memory");
    set(0x50003004, 1);
}
#elif defined __riscv
/* The software interrupt of the `virt` machine's CLINT, which stays masked, and ends a WFI. */
static void prepare(void) { __asm__ volatile("csrs mie, %0" ::"r"((uintptr_t)1 << 3)); }

static void sleep_while(void *context, const ramframe_word *word, uint32_t seen) {
    spin_while(context, word, seen);
    __asm__ volatile("wfi" ::: "memory");
    set(0x02000004, 0);
    __asm__ volatile("fence iorw, iorw" ::: "memory");
}

static void wake(void *context, const ramframe_word *word) {
    leave_it(context, word);
    __asm__ volatile("fence iorw, iorw" ::: "memory");
    set(0x02000000, 1);
}
#else
/* The event of AArch64's cores. */
static void prepare(void) {}

static void sleep_while(void *context, const ramframe_word *word, uint32_t seen) {
    spin_while(context, word, seen);
    __asm__ volatile("wfe" ::: "memory");
}

static void wake(void *context, const ramframe_word *word) {
    leave_it(context, word);
    __asm__ volatile("dsb sy\n\tsev" ::: "memory");
}
#endif

static const struct ramframe_wait spinning = {RAMFRAME_ANSWERS, spin_while, spin, leave_it, NULL, NULL};
static const struct ramframe_wait sleeping = {RAMFRAME_ANSWERS, sleep_while, spin, wake, NULL, NULL};

static const struct ramframe_wait *waiting(bool sleeps) {
    if (sleeps)
        prepare();
    return sleeps ? &sleeping : &spinning;
}

/* The one end that this core has. A restart leaves it as it was; then it is attached again. */
static struct ramframe_sender sender;
static struct ramframe_receiver receiver;
static struct ramframe_event event;

int c_format(void *memory, size_t length, uint32_t slots, uint32_t capacity, bool is_overwrite);
int c_attach_sender(void *memory, size_t length, bool sleeps);
uint64_t c_next_to_send(void);
int c_send(const void *message, uint32_t length);
void c_wait_for_room(void);
void c_close(void);
int c_attach_receiver(void *memory, size_t length, bool sleeps);
uint64_t c_next_to_receive(void);
int c_receive(void *buffer, uint32_t size);
uint64_t c_sequence(void);
uint32_t c_length(void);
uint64_t c_lagged(void);
void c_wait_for_news(void);

int c_format(void *memory, size_t length, uint32_t slots, uint32_t capacity, bool is_overwrite) {
    struct ramframe_geometry g = is_overwrite ? ramframe_overwrite(slots, capacity) : ramframe_backpressure(slots, capacity, 1);
    return ramframe_format(memory, length, &g, 0, NULL);
}

int c_attach_sender(void *memory, size_t length, bool sleeps) {
    struct ramframe_channel c;
    int result = ramframe_read(memory, length, &c);
    return result == 0 ? ramframe_attach_sender(&sender, &c, waiting(sleeps)) : result;
}

uint64_t c_next_to_send(void) { return sender.next; }

int c_send(const void *message, uint32_t length) { return ramframe_try_send(&sender, message, length); }

void c_wait_for_room(void) { ramframe_wait_for_room(&sender, sender.slowest); }

void c_close(void) { ramframe_close(&sender); }

int c_attach_receiver(void *memory, size_t length, bool sleeps) {
    struct ramframe_channel c;
    int result = ramframe_read(memory, length, &c);
    if (result != 0)
        return result;
    if (c.geometry.policy == RAMFRAME_OVERWRITE)
        return ramframe_attach_reader(&receiver, &c, RAMFRAME_FROM_OLDEST, waiting(sleeps));
    return ramframe_attach_receiver(&receiver, &c, 0, waiting(sleeps));
}

uint64_t c_next_to_receive(void) { return receiver.next; }

int c_receive(void *buffer, uint32_t size) { return ramframe_try_recv(&receiver, buffer, size, &event); }

uint64_t c_sequence(void) { return event.sequence; }

uint32_t c_length(void) { return event.length; }

uint64_t c_lagged(void) { return event.lagged; }

void c_wait_for_news(void) { ramframe_wait_for_news(&receiver); }
