#include "CTraceFrames.h"

enum { depth_limit = 32, read_limit = 32 };

typedef struct {
    const void *recording;
    uint32_t count;
    uint32_t nodes[read_limit];
} Frame;

static _Thread_local Frame frames[depth_limit];
static _Thread_local uint32_t depth;

void optrace_frame_open(const void *recording) {
    if (depth < depth_limit) {
        frames[depth].recording = recording;
        frames[depth].count = 0;
    }
    depth += 1;
}

bool optrace_frame_read(const void *recording, uint32_t node) {
    if (depth == 0) return false;
    if (depth > depth_limit) return true;
    Frame *frame = &frames[depth - 1];
    if (frame->recording != recording || frame->count == read_limit) return true;
    for (uint32_t i = 0; i < frame->count; i++) {
        if (frame->nodes[i] == node) return true;
    }
    frame->nodes[frame->count++] = node;
    return true;
}

uint32_t optrace_frame_close(void) {
    if (depth == 0) return 0;
    depth -= 1;
    return depth < depth_limit ? frames[depth].count : 0;
}

uint32_t optrace_frame_closed(uint32_t place) {
    return depth < depth_limit && place < frames[depth].count ? frames[depth].nodes[place] : 0;
}
