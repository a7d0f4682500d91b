#ifndef CPROCESS_H
#define CPROCESS_H

#include <stddef.h>
#include <sys/types.h>

/// A pipe whose both ends are closed on exec and lie above the descriptors a child is given.
/// Returns 0, or an errno.
int cprocess_pipe(int ends[2]);

/// Makes reads and writes on `descriptor` return instead of wait. Returns 0, or an errno.
int cprocess_set_nonblocking(int descriptor);

/// A file without a name that holds `count` bytes, closed on exec and to be read from its beginning: an input that a child
/// need not read. Returns 0, or an errno.
int cprocess_file(const void *bytes, size_t count, int *descriptor);

/// Keeps SIGPIPE from the calling thread: writing to a child that is gone returns EPIPE.
void cprocess_block_sigpipe(void);

/// What a child is started with.
struct cprocess_launch {
    /// Absolute path of the program.
    const char *path;
    /// Null-terminated.
    char *const *arguments;
    /// Null-terminated; the whole environment of the child.
    char *const *environment;
    /// Becomes descriptor 3, or -1.
    int request;
    /// Becomes descriptor 4, or -1.
    int reply;
    /// Becomes descriptors 1 and 2.
    int output;
    /// Becomes descriptor 5, or -1.
    int extra;
    /// The folder it starts in, or null for this process's own.
    const char *directory;
    /// A filter from `cprocess_filter` to put on the child itself, or null.
    const void *filter;
    size_t filter_size;
};

/// Starts a child in a session of its own, with /dev/null as its input, no other descriptor of this process, default
/// signals, and the order to die with the calling thread (Linux). Returns 0 and the process id, or an errno.
int cprocess_start(const struct cprocess_launch *launch, pid_t *process);

/// Starts a warden: a process (`/bin/sh`) that outlives this one for a moment, however this one ends, and then kills the
/// process groups it was told of and not told of again as gone. It ends when `descriptor` is closed. Returns 0, its process
/// id and where it is told, or an errno.
int cprocess_warden(pid_t *process, int *descriptor);

/// Tells a warden, `process`, of a process group, or with `is_gone` that it is no more. Returns 0, or an errno: EPIPE for a
/// warden that is gone itself, without a signal.
int cprocess_ward(pid_t process, int descriptor, pid_t group, int is_gone);

/// Has a warden whose descriptor was closed be waited for, beside the caller when it has not ended yet.
void cprocess_dismiss(pid_t process);

/// Writes a seccomp filter that refuses new processes, new namespaces, mounts, tracing and kernel interfaces that
/// computing code has no use for; threads stay allowed.
/// Returns its size in bytes, or 0 where there is no filter for this machine.
size_t cprocess_filter(void *buffer, size_t capacity);

/// The exit status when the process ended by itself, 128 + signal when it was killed; -1 for neither.
int cprocess_exit_code(int wait_status);

#endif
