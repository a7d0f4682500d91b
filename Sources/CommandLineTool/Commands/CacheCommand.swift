import ArgumentParser
import Foundation
import TraceGraph
import TraceStore

/// `optrace cache`
struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Look after the recorded replies of models and results of code.",
        subcommands: [Stats.self, Prune.self, Clear.self, Verify.self], defaultSubcommand: Stats.self)

    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How much is kept.")

        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object.") var json = false

        func run() throws {
            let store = try database.records().store
            let found = try store.statistics()
            if json {
                let object: Value = [
                    "schema": "optrace.cache.v1", "completions": .integer(found.completions),
                    "completion_bytes": .integer(found.completionBytes),
                    "referenced_completions": .integer(found.referencedCompletions),
                    "results": .integer(found.results), "result_bytes": .integer(found.resultBytes),
                    "runs": .integer(found.runs),
                    "traces": .integer(found.traces), "nodes": .integer(found.nodes),
                    "values": .integer(found.values), "file_bytes": .integer(found.fileBytes),
                ]
                Output.result(object.json)
                return
            }
            Output.result(
                """
                \(store.path): \(Figures.bytes(found.fileBytes))
                  replies  \(Figures.grouped(found.completions)) (\(Figures.bytes(found.completionBytes)), \
                \(Figures.grouped(found.referencedCompletions)) used by stored traces)
                  results  \(Figures.grouped(found.results)) of code and programs (\(Figures.bytes(found.resultBytes)))
                  runs     \(Figures.grouped(found.runs))
                  traces   \(Figures.grouped(found.traces)) with \(Figures.count(found.nodes, "node")), \
                \(Figures.count(found.values, "distinct value"))
                """)
        }
    }

    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove old replies and results; those that stored traces use stay unless --force is given.")

        @Option(help: "Remove what is older than this many days.") var olderThan: Double?
        @Option(help: "Then remove the oldest until no more than this many megabytes of each are left.") var maxSize:
            Double?
        @Flag(help: "Also remove what stored traces use; those runs can then not be replayed.") var force =
            false
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            if olderThan == nil, maxSize == nil {
                throw ValidationError("give --older-than DAYS or --max-size MEGABYTES")
            }
            try Bounds.check(olderThan, "--older-than", 0...1_000_000)
            try Bounds.check(maxSize, "--max-size", 0...1_000_000_000)
        }

        func run() throws {
            let store = try database.records(writing: true).store
            let date = olderThan.map { Date(timeIntervalSinceNow: -$0 * 86_400) }
            let bytes = maxSize.map { Int($0 * 1e6) }
            let replies = try store.pruneCompletions(
                olderThan: date, maximumBytes: bytes, includingReferenced: force)
            let results = try store.removeResults(
                olderThan: date, maximumBytes: bytes, includingReferenced: force)
            try store.close()
            Output.result(CacheCommand.words(for: replies, results))
        }
    }

    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove all results and replies; those that stored traces use stay unless --force is given.")

        @Flag(help: "Also remove what stored traces use; those runs can then not be replayed.") var force =
            false
        @OptionGroup var database: DatabaseOptions

        func run() throws {
            let store = try database.records(writing: true).store
            let removal = try store.clearCompletions(includingReferenced: force)
            let results = try store.removeResults(includingReferenced: force)
            try store.close()
            let hint = removal.kept > 0 ? ", because stored runs use them; to remove them too: --force" : ""
            Output.result(CacheCommand.words(for: removal, results) + hint)
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the database and that every reply and result belongs to its request.")

        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object.") var json = false

        func run() throws {
            let store = try database.records().store
            let found = try store.verify()
            if json {
                let object: Value = [
                    "schema": "optrace.verification.v1", "sound": .flag(found.isSound),
                    "completions": .integer(found.completions), "results": .integer(found.results),
                    "values": .integer(found.values),
                    "problems": .list(found.problems.map(Value.text)),
                ]
                Output.result(object.json)
                if !found.isSound { throw ExitRequest(.failure) }
                return
            }
            guard found.isSound else {
                throw CommandError(
                    "the database has \(Figures.count(found.problems.count, "problem")):\n"
                        + found.problems.map { "  \($0)" }.joined(separator: "\n"))
            }
            Output.result(
                "sound: \(Figures.count(found.completions, "reply", "replies")), "
                    + "\(Figures.count(found.results, "result")) and "
                    + "\(Figures.count(found.values, "value")) checked")
        }
    }

    static func words(for replies: Removal, _ results: Removal) -> String {
        let kept = replies.kept > 0 ? "; \(Figures.count(replies.kept, "reply stays", "replies stay"))" : ""
        let removed =
            [Figures.count(replies.entries, "reply", "replies")]
            + (results.entries > 0 ? [Figures.count(results.entries, "result")] : [])
        return "removed \(removed.joined(separator: " and ")), "
            + "\(Figures.bytes(replies.bytes + results.bytes)) freed\(kept)"
    }
}
