import ArgumentParser
import Optimization
import TraceGraph
import TraceStore

extension RunsCommand {
    struct Preferences: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Where a hint made a run go on better: prompt, chosen and rejected, one JSON object a line.",
            discussion: """
                What models are trained on by preference (DPO and its like). The prompt is what the node was made from, \
                JSON where that is more than one value; lift is what the better way scored more.
                """)

        @Argument(
            help: ArgumentHelp(
                "A run's name, the beginning of one, name#2 for its second attempt, or latest.", valueName: "run"))
        var name = "latest"

        @Option(name: .shortAndLong, help: "The file to write; - for standard output.")
        var output = "-"
        @OptionGroup var database: DatabaseOptions

        func run() throws {
            let store = try database.records().store
            let run = try store.run(named: name)
            let lines = try store.preferences(of: run.id).map { $0.preference.recorded.json + "\n" }
            guard !lines.isEmpty else {
                Output.message(
                    "\(run.label) found no preferences; calm finds them where it tries hints on failing runs")
                return
            }
            let content = Array(lines.joined().utf8)
            guard output != "-" else { return Output.result(bytes: content) }
            try FileSystem.write(content, to: output)
            Output.message("\(Figures.count(lines.count, "preference")) of \(run.label) → \(output)")
        }
    }
}
