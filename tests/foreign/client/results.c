/* What is each result called? */
#include "ramframe.h"

const char *rf_name(enum rf_result result) {
    switch (result) {
    case RF_OK: return "ok";
    case RF_EMPTY: return "empty";
    case RF_FULL: return "full";
    case RF_LAGGED: return "lagged";
    case RF_PROGRESS_LOST: return "progress lost";
    case RF_CLOSED: return "closed";
    case RF_RESTARTED: return "restarted";
    case RF_BUSY: return "busy";
    case RF_REFORMATTED: return "reformatted";
    case RF_TOO_LONG: return "too long";
    case RF_CORRUPT_HEAD: return "corrupt head";
    case RF_CORRUPT_STAMP: return "corrupt stamp";
    case RF_CORRUPT_LENGTH: return "corrupt length";
    case RF_CORRUPT_CONSUMED: return "corrupt consumed";
    case RF_UNFORMATTED: return "unformatted";
    case RF_FOREIGN: return "foreign";
    case RF_VERSION: return "version";
    case RF_FEATURES: return "features";
    case RF_CONSTANTS: return "constants";
    case RF_TOO_SMALL: return "too small";
    case RF_MOVES_PLACES: return "moves places";
    case RF_NO_SUCH_RECEIVER: return "no such receiver";
    }
    return "?";
}
