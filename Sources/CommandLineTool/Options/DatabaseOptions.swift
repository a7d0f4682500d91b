import ArgumentParser
import TraceStore

/// Which database a command reads and writes.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The SQLite database (OPTRACE_DATABASE). (default: cache/optrace.sqlite)")
    var database: String?

    private static var standardPath: String { "cache/optrace.sqlite" }

    func path(_ environment: [String: String]) -> String {
        database ?? environment["OPTRACE_DATABASE"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.standardPath
    }

    /// ` --database PATH`, for the end of a command that is shown to be copied; nothing where it is found anyway.
    func mention(_ environment: [String: String]) -> String {
        let path = path(environment)
        return path == Self.standardPath ? "" : " --database \(ShellWord(path))"
    }

    func open(_ environment: [String: String]) throws -> TraceStore {
        try TraceStore(path: path(environment))
    }
}
