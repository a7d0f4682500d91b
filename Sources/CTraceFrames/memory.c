#include "optrace_memory.h"

#include <limits.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

void optrace_keep_freed_memory(size_t bytes) {
#if defined(__GLIBC__)
    // Both, for setting one ends the library's own adjusting of the other. Blocks above the first are mapped one by one.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, bytes > INT_MAX ? INT_MAX : (int)bytes);
#else
    (void)bytes;
#endif
}
