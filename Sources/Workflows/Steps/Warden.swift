import CProcess
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ends the programs of commands when this process ends, however it does: what a killed run has started would otherwise go
/// on, and the run that is gone on with would start it a second time.
final class Warden: Sendable {
    private let started = Mutex<(process: pid_t, descriptor: Int32)?>(nil)

    deinit {
        guard let started = started.withLock({ $0 }) else { return }
        close(started.descriptor)
        cprocess_dismiss(started.process)
    }

    /// Puts the process group `group` under its care.
    ///
    /// - Throws: ``WorkflowError/Code/commandFailed`` when no warden can be started.
    func watch(_ group: pid_t) throws(WorkflowError) {
        let error: Int32 = started.withLock { started in
            if started == nil {
                var made: (process: pid_t, descriptor: Int32) = (0, -1)
                let error = cprocess_warden(&made.process, &made.descriptor)
                guard error == 0 else { return error }
                started = made
            }
            return started.map { cprocess_ward($0.descriptor, group, 0) } ?? 0
        }
        guard error == 0 else {
            throw WorkflowError(
                .commandFailed,
                "nothing could be set up to end it with this process: \(String(cString: strerror(error)))")
        }
    }

    /// Takes the process group `group`, which has ended, out of its care.
    func leave(_ group: pid_t) {
        // A warden that is gone has nothing to forget.
        started.withLock { if let started = $0 { _ = cprocess_ward(started.descriptor, group, 1) } }
    }
}
