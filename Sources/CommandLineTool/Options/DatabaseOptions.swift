import ArgumentParser
import TraceStore

/// Which database a command reads and writes.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The SQLite database (OPTRACE_DATABASE). (default: cache/optrace.sqlite)")
    var database: String?

    private static var standardPath: String { "cache/optrace.sqlite" }

    init() {}

    private init(_ database: String?) { self.database = database }

    func path(_ environment: [String: String]) -> String {
        database ?? environment["OPTRACE_DATABASE"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.standardPath
    }

    /// ` --database PATH`, for the end of a command that is shown to be copied; nothing where it is found anyway.
    func mention(_ environment: [String: String]) -> String {
        guard let database, database != DatabaseOptions(nil).path(environment) else { return "" }
        return " --database \(ShellWord(database))"
    }

    func open(_ environment: [String: String]) throws -> TraceStore {
        try TraceStore(path: path(environment))
    }
}
