import Dispatch
import Optimization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The first Ctrl-C (or SIGTERM) asks a run to end, the second one ends the process at once.
struct Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// - Parameters:
    ///   - first: Told once that the run is ending.
    ///   - second: Told that the process ends now, before it does.
    init(
        _ signal: StopSignal, first: @escaping @Sendable () -> Void, second: @escaping @Sendable () -> Void = {}
    ) {
        sources = [SIGINT, SIGTERM].map { number in
            ignore(number)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if signal.reason != nil {
                    second()
                    _exit(ExitStatus.interrupted.rawValue)
                }
                signal.stop("interrupted")
                first()
            }
            source.resume()
            return source
        }
    }

    /// - Parameter goingOn: How the work goes on that a second interrupt cuts off; must not wait for that work.
    init(_ signal: StopSignal, goingOn: @escaping @Sendable () -> String) {
        self.init(signal) {
            Output.message("\nfinishing what is in flight; once more ends at once")
        } second: {
            Output.message("\nended at once; \(goingOn())")
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
    }
}

/// Keeps the signal from ending the process by itself; a source that watches it still sees it.
private func ignore(_ number: Int32) {
    #if canImport(Glibc)
        Glibc.signal(number, SIG_IGN)
    #else
        Darwin.signal(number, SIG_IGN)
    #endif
}
