public import Evaluation
import LanguageModels
public import TraceGraph

/// Finds out which changed parameter, and which node, a difference in score is due to, by running again from the middle:
/// what a change does not touch is answered by the recording.
///
/// Effects are those of interventions in the sense of Pearl's do-operator, paired by example.
public struct CreditAssignment: Sendable {
    /// What runs and scores.
    public let evaluator: Evaluator
    /// How sure intervals are.
    public var confidence: Double
    /// Where resampling draws from, and how often it draws.
    public var random: SeededGenerator
    /// Of the bootstrap that intervals come from.
    public var resamples = 1999
    /// Asked before each execution; false ends with `CancellationError`.
    public var mayStart: @Sendable () -> Bool

    /// - Parameter evaluator: What runs and scores.
    public init(
        _ evaluator: Evaluator, confidence: Double = 0.95, random: SeededGenerator = SeededGenerator(seed: 0),
        mayStart: @escaping @Sendable () -> Bool = { true }
    ) {
        self.evaluator = evaluator
        self.confidence = confidence
        self.random = random
        self.mayStart = mayStart
    }

    /// What `winner` loses on each example when one of the parameters that it changed is as in `incumbent`.
    ///
    /// A parameter that no execution reads is not tested, nor is one that the budget does not reach for.
    ///
    /// - Parameter winner: One candidate's evaluations, one or several repeats.
    /// - Returns: One finding a changed parameter, sorted by name.
    /// - Throws: ``ModelError`` when it ends the run for another reason than the budget; `CancellationError`.
    public func ablation(of winner: [Evaluation], against incumbent: Candidate) async throws -> [CreditFinding] {
        guard let candidate = winner.first?.trace.candidate else { return [] }
        var findings: [CreditFinding] = []
        for name in changes(from: incumbent, to: candidate) {
            guard let before = incumbent[name] ?? evaluator.subject.parameters[name]?.initial else {
                findings.append(CreditFinding(name, untested: "the incumbent has no value for it"))
                continue
            }
            let readers = winner.filter { $0.trace.reads(name) }
            guard !readers.isEmpty else {
                findings.append(CreditFinding(name, untested: "no execution reads it"))
                continue
            }
            let reverted = try await run(readers.map { Rerun(of: $0, changing: [name: before]) })
            guard let reverted else {
                findings.append(CreditFinding(name, untested: Self.exhausted))
                continue
            }
            let differences = zip(readers, reverted).compactMap { whole, without in
                whole.score.flatMap { score in without.score.map { score - $0 } }
            }
            // Where it is not read, reverting it changes nothing.
            let unread = winner.count - readers.count
            findings.append(
                CreditFinding(
                    name, differences + [Double](repeating: 0, count: unread), confidence: confidence,
                    resamples: resamples, random: random.stream(name)))
        }
        return findings
    }

    /// The parameters whose values differ, initial ones where none is set.
    func changes(from old: Candidate, to new: Candidate) -> [String] {
        new.changes(from: old).filter { name in
            let initial = evaluator.subject.parameters[name]?.initial
            return (new[name] ?? initial) != (old[name] ?? initial)
        }
    }

    static let exhausted = "the budget does not reach for it"

    /// The reruns' evaluations; nil when the budget is exhausted.
    func run(_ reruns: [Rerun]) async throws -> [Evaluation]? {
        do {
            return try await evaluator.evaluate(reruns, mayStart: mayStart)
        } catch ModelError.Code.budgetExhausted {
            return nil
        }
    }
}

extension Trace {
    /// Whether the execution read the parameter `name`.
    func reads(_ name: String) -> Bool { parameters.contains { self[$0].parameter?.name == name } }
}
