import Optrace

/// `Examples NAME`: complete programs that use the library, each in a file of its own. None needs a key or a network.
@main
struct Main {
    static func main() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "line": try await LineExample.run()
        case "pipeline": try await PipelineExample.run()
        case "agent": try await AgentExample.run()
        case "ranking": try await RankingExample.run()
        default: print("Examples line | pipeline | agent | ranking")
        }
    }

    /// What the gate found on the hold-out, in a line.
    static func outcome(of verdict: Verdict?) -> String {
        guard let verdict, let before = verdict.incumbentMean, let after = verdict.winnerMean else {
            return "not reached"
        }
        return "\(before) → \(after): \(verdict.decision)"
    }
}
