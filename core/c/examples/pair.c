/* Both ends over an array, as two cores have them over shared RAM. On a chip each core has one of the two functions, and only the
 * array's place is another: the linker script's, at the same address for both. */
#include "../ramframe.h"

static uint64_t shared[128]; /* of 64 bits, so that it begins at a multiple of 8 */

/* One core formats, when it boots, and sends. */
static int sends(struct ramframe_sender *sender) {
    const struct ramframe_geometry geometry = ramframe_overwrite(8, 48);
    struct ramframe_channel channel;
    int result = ramframe_format(shared, sizeof shared, &geometry, 0, NULL);
    if (result == 0)
        result = ramframe_read(shared, sizeof shared, &channel);
    return result == 0 ? ramframe_attach_sender(sender, &channel, NULL) : result;
}

/* The other core tries this until it returns 0. */
static int receives(struct ramframe_receiver *receiver) {
    struct ramframe_channel channel;
    int result = ramframe_read(shared, sizeof shared, &channel);
    return result == 0 ? ramframe_attach_reader(receiver, &channel, RAMFRAME_FROM_OLDEST, NULL) : result;
}

int main(void) {
    struct ramframe_sender sender;
    struct ramframe_receiver receiver;
    struct ramframe_event event;
    char buffer[48];
    if (sends(&sender) != 0 || receives(&receiver) != 0 || ramframe_try_send(&sender, "CIEPLO", 6) != 0)
        return 1;
    return ramframe_try_recv(&receiver, buffer, sizeof buffer, &event) != RAMFRAME_MESSAGE || buffer[0] != 'C';
}
