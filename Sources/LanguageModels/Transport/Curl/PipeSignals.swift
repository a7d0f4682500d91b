#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs `body` so that writing to a connection that the server closed is an error and no signal: TLS libraries write without
/// asking for that, and the thread is not ours to block signals on for good.
func withoutPipeSignals<Result>(_ body: () -> Result) -> Result {
    #if canImport(Darwin)
        // Sockets are told there.
        return body()
    #else
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        guard sigismember(&before, SIGPIPE) == 0 else { return body() }
        defer {
            // One that came is taken, not left to come once it may.
            var none = timespec()
            while sigtimedwait(&pipe, nil, &none) < 0, errno == EINTR {}
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        return body()
    #endif
}
