import ArgumentParser
import TraceStore

/// Which database a command reads and writes.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The SQLite database (OPTRACE_DATABASE). (default: cache/optrace.sqlite)")
    var database: String?

    func path(_ environment: [String: String]) -> String {
        database ?? environment["OPTRACE_DATABASE"].flatMap { $0.isEmpty ? nil : $0 } ?? "cache/optrace.sqlite"
    }

    func open(_ environment: [String: String]) throws -> TraceStore {
        try TraceStore(path: path(environment))
    }
}
