#include <stdio.h>
#define printk(...) (printf(__VA_ARGS__), fflush(stdout))
