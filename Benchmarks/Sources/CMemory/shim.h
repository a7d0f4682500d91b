#pragma once
#include <stddef.h>

#if defined(__linux__)
#include <malloc.h>

/// Bytes that are allocated and not freed, over all arenas and mappings of the process.
static inline size_t allocated_bytes(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}
#else
#include <malloc/malloc.h>

static inline size_t allocated_bytes(void) {
    malloc_statistics_t heap;
    malloc_zone_statistics(NULL, &heap);
    return heap.size_in_use;
}
#endif
