import ArgumentParser
import Inspector
import Interchange
import TraceStore

extension RunsCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write one run as a report, a table, test results, or its traces for another tool.")

        @Argument(
            help: ArgumentHelp(
                "A run's name, the beginning of one, name#2 for its second attempt, or latest.", valueName: "run"))
        var name = "latest"

        @OptionGroup(title: "Export") var export: ExportOptions
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let format = try export.chosen()
            guard format.isForRuns else {
                throw CommandError(
                    "\(format.rawValue) holds one execution; write one of the run's with: optrace traces export TRACE "
                        + "--format \(format.rawValue) -o FILE", code: .usage)
            }
            let store = try database.records().store
            let run = try store.recordedRun(name)
            let traces = format.isOfTraces ? try self.traces(of: run, in: store) : []
            guard let content = await run.exported(as: format, traces: traces) else { return }
            try export.write(content, run.label)
        }

        private func traces(of run: RecordedRun, in store: TraceStore) throws -> [RecordedTrace] {
            let number = try store.run(named: run.label).id
            return try store.traces(TraceFilter(run: number)).reversed().map { try store.recordedTrace($0.id) }
        }
    }
}

extension ExportFormat {
    /// Whether a run is written as its traces.
    fileprivate var isOfTraces: Bool { self == .otlpJSON || self == .otlpProtobuf }
}
