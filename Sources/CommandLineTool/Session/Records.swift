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
    func records() throws -> Records {
        let environment = ProcessInfo.processInfo.environment
        let path = path(environment)
        guard FileSystem.exists(path) else {
            throw CommandError(
                "there is no database at \(path): run a workflow first, or name another with --database")
        }
        return Records(
            environment: environment, terminal: Terminal(environment: environment), store: try TraceStore(path: path))
    }
}
