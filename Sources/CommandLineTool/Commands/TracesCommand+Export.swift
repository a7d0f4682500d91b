import ArgumentParser
import Inspector
import Interchange

extension TracesCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write one trace as a report, a drawing, or a file for another tool.",
            discussion: """
                An HTML report stands for itself and loads nothing. A .chrome.json opens in Perfetto; .otlp.json and .pb \
                are what an OpenTelemetry collector takes at /v1/traces.
                """)

        @Argument(help: "The trace's number.") var trace: Int
        @OptionGroup(title: "Export") var export: ExportOptions
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let trace = try database.records().store.recordedTrace(trace)
            try export.write(await trace.exported(as: export.chosen()), "trace \(self.trace)")
        }
    }
}
