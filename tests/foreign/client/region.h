/* What do reading the constants and formatting share? */
#ifndef REGION_H
#define REGION_H

#include "words.h"

enum rf_result rf_check(const struct rf_geometry *geometry, uint64_t length);
/* The geometry that stands there, checked but for the generation. */
enum rf_result rf_load_constants(const struct rf_channel *at, uint64_t length, struct rf_geometry *geometry);

#endif
