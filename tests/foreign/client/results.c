/* What is each result called? */
#include "ramframe.h"

const char *rf_name(enum rf_result result) {
    switch (result) {
    case RF_OK: return "ok";
    case RF_NOTHING: return "nothing";
    case RF_FULL: return "full";
    case RF_MISSED: return "missed";
    case RF_DROPPED: return "dropped";
    case RF_CLOSED: return "closed";
    case RF_RESTARTED: return "restarted";
    case RF_BUSY: return "busy";
    case RF_FORMATTED: return "formatted";
    case RF_UNFORMATTED: return "unformatted";
    case RF_FOREIGN: return "foreign";
    case RF_CORRUPT: return "corrupt";
    case RF_TOO_LONG: return "too long";
    }
    return "?";
}
