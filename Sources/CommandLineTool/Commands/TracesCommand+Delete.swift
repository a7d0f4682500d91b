import ArgumentParser
import Evaluation
import TraceGraph
import TraceStore

extension TracesCommand {
    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove recorded executions for good.",
            discussion: "Scores stay, and so do the replies of models: see optrace cache prune for those.")

        @Argument(help: "The traces' numbers.") var traces: [Int] = []
        @Option(name: .customLong("run"), help: "Those of this run: a name, the beginning of one, or latest.")
        var runName: String?
        @Option(help: "Those of this candidate, such as c3.") var candidate: String?
        @Option(help: "Those of this example.") var example: String?
        @Option(help: "Those of this part of the data.") var split: SplitPart?
        @Option(help: "Those of this step of the run.") var step: Int?
        @Flag(help: "Only those that failed.") var failed = false
        @Flag(help: "Every trace there is.") var all = false
        @Flag(help: "Only say how many it would be.") var dryRun = false
        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object.") var json = false

        private var hasFilter: Bool {
            runName != nil || candidate != nil || example != nil || split != nil || step != nil || failed
        }

        func validate() throws {
            guard [!traces.isEmpty, hasFilter, all].count(where: \.self) == 1 else {
                throw ValidationError("say which: numbers of traces, a filter such as --run or --failed, or --all")
            }
        }

        func run() throws {
            let store = try database.records(writing: true).store
            let chosen = try self.chosen(in: store)
            guard !dryRun else {
                tell(["would_delete": .integer(chosen.count)], "would delete \(Figures.count(chosen.count, "trace"))")
                return
            }
            let removal = try store.deleteTraces(chosen)
            try store.close()
            tell(
                ["deleted": .integer(removal.entries), "values": .integer(removal.values)],
                "deleted \(Figures.count(removal.entries, "trace")) and \(Figures.count(removal.values, "value"))")
        }

        private func chosen(in store: TraceStore) throws -> [Int] {
            guard traces.isEmpty else {
                // All of them or none: a mistyped number is told before anything is gone.
                for trace in traces { _ = try store.summary(ofTrace: trace) }
                return traces
            }
            let filter = TraceFilter(
                run: try runName.map { try store.run(named: $0).id }, step: step,
                candidate: try candidate.map(CandidateText.id), example: example, split: split?.rawValue,
                failed: failed ? true : nil)
            return try store.traces(filter).map(\.id)
        }

        private func tell(_ fields: Fields, _ words: String) {
            var object: Fields = ["schema": "optrace.removal.v1"]
            for (name, value) in fields { object[name] = value }
            Output.result(json ? Value.object(object).json : words)
        }
    }
}
