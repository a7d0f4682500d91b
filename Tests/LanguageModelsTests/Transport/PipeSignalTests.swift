import Testing

@testable import LanguageModels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

#if os(Linux)
    @Suite("Signals of broken pipes")
    struct PipeSignalTests {
        private func isBlocked() -> Bool {
            var blocked = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &blocked)
            return sigismember(&blocked, SIGPIPE) == 1
        }

        @Test("writing where nobody reads is an error, no end of the process, and none is left to come")
        func broken() throws {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            close(ends[0])
            defer { close(ends[1]) }
            let before = isBlocked()
            let (error, wasBlocked) = withoutPipeSignals {
                var byte: UInt8 = 1
                return (write(ends[1], &byte, 1) < 0 ? errno : 0, isBlocked())
            }
            #expect(error == EPIPE && wasBlocked)
            #expect(isBlocked() == before)
            var pending = sigset_t()
            sigpending(&pending)
            #expect(before || sigismember(&pending, SIGPIPE) == 0)
        }
    }
#endif
