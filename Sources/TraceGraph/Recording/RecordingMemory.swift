import CTraceFrames

/// The memory of long recordings.
public enum RecordingMemory {
    /// Has the process keep the memory that released traces give back, for the next ones, instead of returning it to the
    /// system: pages that the system has to provide anew are a third of what recording a long trace costs.
    ///
    /// For programs that record many traces, once when they start, as `optrace` does. It holds for everything the process
    /// allocates with `malloc`. Without effect where the C library is not glibc.
    ///
    /// - Parameter bytes: The most that is kept.
    public static func keepFreed(upTo bytes: Int = 128 << 20) {
        optrace_keep_freed_memory(max(0, bytes))
    }
}
