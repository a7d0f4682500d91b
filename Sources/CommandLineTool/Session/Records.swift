import Foundation
import TraceStore

/// What a command that looks at what was recorded works with.
struct Records {
    let environment: [String: String]
    let terminal: Terminal
    let store: TraceStore
}

extension DatabaseOptions {
    /// The database, which has to be there already, and the terminal to show it on.
    ///
    /// - Parameter writing: Whether something is to be written; what is only looked at may lie in an archive.
    func records(writing: Bool = false) throws -> Records {
        let environment = ProcessInfo.processInfo.environment
        let path = path(environment)
        guard FileSystem.exists(path) else {
            throw CommandError(
                "there is no database at \(path): run a workflow first, or name another with --database")
        }
        return Records(
            environment: environment, terminal: Terminal(environment: environment),
            store: writing ? try TraceStore(path: path) : try TraceStore(reading: path))
    }
}
