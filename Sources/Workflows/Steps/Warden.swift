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
///
/// It is a process of its own. One that is gone is started anew with the next group, and told of those that still run.
final class Warden: Sendable {
    private struct State {
        var started: (process: pid_t, descriptor: Int32)?
        /// Those that run.
        var groups: Set<pid_t> = []

        /// Has the one that runs told of `group`; of all of them one that has to be started first.
        ///
        /// - Returns: 0, or an errno.
        mutating func tell(of group: pid_t, isGone: Bool) -> Int32 {
            if let started {
                if cprocess_ward(started.process, started.descriptor, group, isGone ? 1 : 0) == 0 { return 0 }
                dismiss()
            }
            guard !groups.isEmpty else { return 0 }
            var made: (process: pid_t, descriptor: Int32) = (0, -1)
            var error = cprocess_warden(&made.process, &made.descriptor)
            guard error == 0 else { return error }
            started = made
            for group in groups where error == 0 { error = cprocess_ward(made.process, made.descriptor, group, 0) }
            if error != 0 { dismiss() }
            return error
        }

        mutating func dismiss() {
            guard let started else { return }
            self.started = nil
            close(started.descriptor)
            cprocess_dismiss(started.process)
        }
    }

    private let state = Mutex(State())

    deinit { state.withLock { $0.dismiss() } }

    /// The process that ends the others; nil while none runs.
    var process: pid_t? { state.withLock { $0.started?.process } }

    /// Puts the process group `group` under its care.
    ///
    /// - Throws: ``WorkflowError/Code/commandFailed`` when no warden can be started.
    func watch(_ group: pid_t) throws(WorkflowError) {
        let error = state.withLock { state in
            state.groups.insert(group)
            let error = state.tell(of: group, isGone: false)
            if error != 0 { state.groups.remove(group) }
            return error
        }
        guard error == 0 else {
            throw WorkflowError(
                .commandFailed,
                "the program was ended, since nothing could be set up to end it with this process: starting /bin/sh for "
                    + "that failed (\(String(cString: strerror(error)))); see that it is there, and that as many processes "
                    + "and open files are allowed as the steps need")
        }
    }

    /// Takes the process group `group`, which has ended, out of its care.
    func leave(_ group: pid_t) {
        state.withLock { state in
            state.groups.remove(group)
            // Where none can be started now, the next program's start says so.
            _ = state.tell(of: group, isGone: true)
        }
    }
}
