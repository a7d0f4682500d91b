import Optrace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Nanoseconds of CPU time.
enum CPUTime {
    /// What all threads of this process have used since it started.
    static var ofProcess: Int64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// Nanoseconds of a clock that only ever grows, for what is told as wall time.
    static var ofWall: Int64 { nanoseconds(CLOCK_MONOTONIC) }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
