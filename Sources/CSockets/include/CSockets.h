#ifndef OPTRACE_CSOCKETS_H
#define OPTRACE_CSOCKETS_H

/// Waiting for sockets, where one thread waits and others say what for: epoll on Linux, kqueue elsewhere.

enum csockets_events { csockets_readable = 1, csockets_writable = 2 };

struct csockets_ready {
    int descriptor;
    /// Of csockets_events. What has failed is both: reading or writing it tells why.
    int events;
};

/// The descriptor of a new watch, closed on exec, or -1 with errno.
int csockets_open(void);

/// Has `watch` wait until `descriptor` is ready for one of `events`; for none it is forgotten. Takes effect at once, also for
/// a thread that waits. Returns 0, or an errno.
int csockets_watch(int watch, int descriptor, int events);

/// Waits until something is ready or the milliseconds are over; a signal ends the wait too. Returns how many of `ready` were
/// filled. Other threads may change what is watched meanwhile: what is returned may be out of date.
int csockets_wait(int watch, int milliseconds, struct csockets_ready *ready, int capacity);

#endif
