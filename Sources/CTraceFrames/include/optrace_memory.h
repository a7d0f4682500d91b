#ifndef OPTRACE_MEMORY_H
#define OPTRACE_MEMORY_H

#include <stddef.h>

/// Has the C library keep up to so many bytes of freed memory instead of returning it to the system. Without effect where
/// it is not glibc.
void optrace_keep_freed_memory(size_t bytes);

#endif
