#ifndef CTRACEFRAMES_H
#define CTRACEFRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "optrace_counter.h"
#include "optrace_memory.h"

/// The operations that run on this thread and cannot wait, innermost last, and which recorded values each of them reads.
/// Such an operation begins and ends on one thread, so a thread-local array is enough, and far cheaper than a task-local.

/// Opens a frame for an operation of the recording.
void optrace_frame_open(const void *recording);

/// Notes that the value of a node was read. False when no operation is open on this thread.
bool optrace_frame_read(const void *recording, uint32_t node);

/// Closes the innermost frame. Gives how many nodes were read in it, each once.
uint32_t optrace_frame_close(void);

/// One of the nodes that were read in the frame that was closed last, until another one is opened.
uint32_t optrace_frame_closed(uint32_t place);

#endif
