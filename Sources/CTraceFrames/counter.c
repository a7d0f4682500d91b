#include "optrace_counter.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static bool find_out(void) {
#if defined(__aarch64__)
    return true;
#elif defined(__x86_64__) && defined(__linux__)
    // The kernel tests the counters against another clock while it runs, and turns away from those that drift.
    FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    if (!file) return false;
    char name[16] = "";
    bool is_counter = fgets(name, sizeof name, file) && strcmp(name, "tsc\n") == 0;
    fclose(file);
    return is_counter;
#else
    return false;
#endif
}

bool optrace_counter_is_steady(void) {
    enum { unknown, unsteady, steady };
    static _Atomic int found = unknown;
    int state = atomic_load_explicit(&found, memory_order_relaxed);
    if (state == unknown) {
        state = find_out() ? steady : unsteady;
        atomic_store_explicit(&found, state, memory_order_relaxed);
    }
    return state == steady;
}
