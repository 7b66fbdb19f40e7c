/* Whether programs of 32 bits are compiled, linked and run here. */
#include <errno.h>
#include <stdint.h>

int main(void) { return errno + (UINTPTR_MAX > UINT32_MAX); }
