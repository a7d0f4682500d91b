#ifndef OPTRACE_CSQLITE_H
#define OPTRACE_CSQLITE_H

#include <sqlite3.h>

// SQLite's settings of the process are variadic, which Swift cannot call.
static inline int csqlite_leave_memory_uncounted(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#endif
