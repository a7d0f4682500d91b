#if OPTRACE_THREAD_SANITIZER
    #if canImport(Glibc)
        import Glibc
    #else
        import Darwin
    #endif

    /// A value behind a lock that the thread sanitizer knows: it does not see that the standard library's mutex orders
    /// what happens under it, and would report every recorded node.
    struct Guarded<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
        private let lock: UnsafeMutablePointer<pthread_mutex_t>
        private let value: UnsafeMutablePointer<Value>

        init(_ value: consuming sending Value) {
            lock = .allocate(capacity: 1)
            pthread_mutex_init(lock, nil)
            self.value = .allocate(capacity: 1)
            self.value.initialize(to: value)
        }

        deinit {
            pthread_mutex_destroy(lock)
            lock.deallocate()
            value.deinitialize(count: 1)
            value.deallocate()
        }

        borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(lock)
            defer { pthread_mutex_unlock(lock) }
            nonisolated(unsafe) let value = value
            return try body(&value.pointee)
        }
    }
#else
    import Synchronization

    /// A value behind a lock.
    typealias Guarded<Value: ~Copyable> = Mutex<Value>
#endif
