/* Two threads as the two sides of a channel. On two cores each image has one side, `memory` is a reserved region of the devicetree,
 * and `wake` raises the other core's interrupt, whose handler gives the semaphore. */
#include <ramframe.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

static uint64_t memory[128];

K_SEM_DEFINE(news, 0, 1);
K_SEM_DEFINE(room, 0, 1);

static void sleep_on(void *semaphore, const ramframe_word *word, uint32_t seen) {
    if (RAMFRAME_LOAD((ramframe_word *)(uintptr_t)word) == seen)
        (void)k_sem_take((struct k_sem *)semaphore, K_MSEC(100));
}

static void pause_a_little(void *semaphore) {
    (void)semaphore;
    k_msleep(1);
}

static void wake(void *semaphore, const ramframe_word *word) {
    (void)word;
    k_sem_give((struct k_sem *)semaphore == &news ? &room : &news);
}

static const struct ramframe_wait sender_waits = {RAMFRAME_ANSWERS, sleep_on, pause_a_little, wake, &room, NULL};
static const struct ramframe_wait receiver_waits = {RAMFRAME_ANSWERS, sleep_on, pause_a_little, wake, &news, NULL};

static int open_sender(struct ramframe_sender *sender) {
    const struct ramframe_geometry geometry = ramframe_backpressure(4, 48, 1);
    struct ramframe_channel channel;
    int result = ramframe_format(memory, sizeof memory, &geometry, 0, NULL);
    if (result == 0)
        result = ramframe_read(memory, sizeof memory, &channel);
    return result == 0 ? ramframe_attach_sender(sender, &channel, &sender_waits) : result;
}

static void send_thread(void *a, void *b, void *c) {
    static struct ramframe_sender sender;
    int result = open_sender(&sender);
    (void)a, (void)b, (void)c;
    for (uint32_t number = 0; result == 0; number++) {
        result = ramframe_send(&sender, &number, sizeof number, RAMFRAME_FOREVER);
        k_msleep(100);
    }
    printk("send: %s\n", ramframe_strerror(result));
}

K_THREAD_DEFINE(sender_thread, 2048, send_thread, NULL, NULL, NULL, 7, 0, 0);

int main(void) {
    struct ramframe_channel channel;
    struct ramframe_receiver receiver;
    struct ramframe_event event;
    uint32_t number = 0;
    while (ramframe_read(memory, sizeof memory, &channel) != 0 ||
           ramframe_attach_receiver(&receiver, &channel, 0, &receiver_waits) != 0)
        k_msleep(1);
    for (;;) {
        int found = ramframe_recv(&receiver, &number, sizeof number, &event, RAMFRAME_FOREVER);
        if (found == RAMFRAME_MESSAGE)
            printk("Received: %u\n", number);
        else
            printk("recv: %s\n", ramframe_strerror(found));
    }
    return 0;
}
