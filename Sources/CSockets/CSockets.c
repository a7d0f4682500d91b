#include "CSockets.h"

#include <errno.h>
#include <unistd.h>

#ifdef __linux__

#include <sys/epoll.h>

int csockets_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int csockets_watch(int watch, int descriptor, int events) {
    struct epoll_event event = {0};
    event.data.fd = descriptor;
    if (events & csockets_readable) event.events |= EPOLLIN;
    if (events & csockets_writable) event.events |= EPOLLOUT;
    if (events == 0) {
        /* A closed descriptor is forgotten already. */
        if (epoll_ctl(watch, EPOLL_CTL_DEL, descriptor, &event) == 0 || errno == ENOENT || errno == EBADF) return 0;
        return errno;
    }
    if (epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event) == 0) return 0;
    if (errno == EEXIST && epoll_ctl(watch, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
    return errno;
}

int csockets_wait(int watch, int milliseconds, struct csockets_ready *ready, int capacity) {
    enum { most = 256 };
    struct epoll_event events[most];
    int count = epoll_wait(watch, events, capacity < most ? capacity : most, milliseconds);
    for (int index = 0; index < count; index++) {
        unsigned int seen = events[index].events;
        int failed = (seen & (EPOLLERR | EPOLLHUP)) ? csockets_readable | csockets_writable : 0;
        ready[index].descriptor = events[index].data.fd;
        ready[index].events =
            failed | ((seen & EPOLLIN) ? csockets_readable : 0) | ((seen & EPOLLOUT) ? csockets_writable : 0);
    }
    return count < 0 ? 0 : count;
}

#else

#include <fcntl.h>
#include <sys/event.h>
#include <sys/time.h>

int csockets_open(void) {
    int watch = kqueue();
    if (watch >= 0) fcntl(watch, F_SETFD, FD_CLOEXEC);
    return watch;
}

static int change(int watch, int descriptor, short filter, int wanted) {
    struct kevent event;
    EV_SET(&event, descriptor, filter, wanted ? EV_ADD : EV_DELETE, 0, 0, 0);
    if (kevent(watch, &event, 1, 0, 0, 0) == 0) return 0;
    return !wanted && (errno == ENOENT || errno == EBADF) ? 0 : errno;
}

int csockets_watch(int watch, int descriptor, int events) {
    int error = change(watch, descriptor, EVFILT_READ, events & csockets_readable);
    return error != 0 ? error : change(watch, descriptor, EVFILT_WRITE, events & csockets_writable);
}

int csockets_wait(int watch, int milliseconds, struct csockets_ready *ready, int capacity) {
    enum { most = 256 };
    struct kevent events[most];
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    int count = kevent(watch, 0, 0, events, capacity < most ? capacity : most, &time);
    for (int index = 0; index < count; index++) {
        ready[index].descriptor = (int)events[index].ident;
        ready[index].events = events[index].filter == EVFILT_WRITE ? csockets_writable : csockets_readable;
    }
    return count < 0 ? 0 : count;
}

#endif
