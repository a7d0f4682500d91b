import ArgumentParser
import TraceGraph
import TraceStore

extension TracesCommand {
    /// `optrace traces feedback`
    struct Say: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "feedback",
            abstract: "Say something about an output: words, scores, or both.",
            discussion: """
                What is said is added to what the trace has, and counts when it is shown to an optimizer: \
                optrace propose.
                """)

        @Argument(help: "The trace's number.") var trace: Int
        @Option(help: "What is right or wrong with it.") var text = ""
        @Option(
            help: ArgumentHelp("A score, higher is better. Can be repeated.", valueName: "name=number"))
        var score: [String] = []
        @Option(help: "The node it is about, such as reply:0. (default: what the trace ended with)") var node: String?
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            if text.isEmpty, score.isEmpty { throw ValidationError("say something with --text or --score") }
        }

        func run() throws {
            var scores: [String: Double] = [:]
            for written in score {
                let parts = written.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, !parts[0].isEmpty, let number = Double(parts[1]), number.isFinite else {
                    throw CommandError("--score takes name=number, not '\(written)'", code: .usage)
                }
                scores[parts[0]] = number
            }
            let records = try database.records(writing: true)
            let whole = try records.store.trace(id: trace)
            let about: NodeID
            if let node {
                guard let found = whole.nodes.first(where: { $0.name == node || "\($0.name):0" == node }) else {
                    throw CommandError(
                        "trace \(trace) has no node '\(node)'; look with: optrace traces show \(trace)", code: .usage)
                }
                about = found.id
            } else {
                guard let result = whole.result else {
                    throw CommandError("trace \(trace) ended with nothing; name a node with --node")
                }
                about = result.id
            }
            try records.store.give(Feedback(on: about, text, scores: scores), toTrace: trace)
            Output.message("trace \(trace): noted on \(whole[about].name)")
        }
    }
}
