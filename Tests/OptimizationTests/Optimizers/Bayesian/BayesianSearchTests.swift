import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

@Suite struct BayesianSearchTests {
    private static let numbers = [
        ParameterDefinition("x", kind: .number, initial: 5, constraint: ParameterConstraint(range: 0...10)),
        ParameterDefinition("fast", kind: .flag, initial: false),
        ParameterDefinition("instruction", kind: .text, initial: "Route."),
    ]

    /// A candidate with a score on each of 12 examples, of which some are harder than others.
    private static func tried(_ number: Int, _ values: [String: Value]) async throws -> TriedCandidate {
        let x = values["x"]?.number ?? 5
        var evaluations: [Evaluation] = []
        for example in 0..<12 {
            var evaluation = try await Fixtures.evaluation("m\(example)", as: "a", expected: "b")
            evaluation.score = 1 - 0.02 * (x - 7) * (x - 7) - 0.05 * Double(example)
            evaluations.append(evaluation)
        }
        return TriedCandidate(
            candidate: Candidate(id: Candidate.ID(number), values: values), score: evaluations.meanScore,
            examples: 12, wasAccepted: false, validation: evaluations)
    }

    /// So many steps with the optimizer saved and restored before step `restart`; the changes proposed.
    private static func changes(_ steps: Int, restart: Int?) async throws -> [[String: Value]] {
        var optimizer = BayesianSearch()
        var history = [try await tried(0, ["x": 5, "fast": false])]
        var all: [[String: Value]] = []
        for step in 1...steps {
            if step == restart {
                optimizer = try BayesianSearch(BayesianOptions(), state: try Self.stored(optimizer.state))
            }
            let context = Fixtures.context(
                numbers, siblings: 2, step: step, parent: ["x": 5, "fast": false], history: history,
                seed: UInt64(step))
            for proposal in try await optimizer.propose(context) {
                all.append(proposal.changes)
                let values = context.parent.values.merging(proposal.changes) { _, new in new }
                history.append(try await tried(history.count, values))
            }
        }
        return all
    }

    /// As a journal keeps it.
    private static func stored(_ state: OptimizerState) throws -> OptimizerState {
        OptimizerState(optimizer: state.optimizer, content: try Value(json: state.content.json))
    }

    @Test func proposesAllowedNewValuesAndFindsTheTop() async throws {
        let changes = try await Self.changes(6, restart: nil)
        #expect(changes.count == 12)
        #expect(changes.allSatisfy { $0["instruction"] == nil && !$0.isEmpty })
        let best = changes.compactMap { $0["x"]?.number }.map { abs($0 - 7) }.min() ?? 10
        #expect(best < 0.3)
    }

    @Test(arguments: 2...5) func goesOnExactlyAfterARestart(_ step: Int) async throws {
        #expect(try await Self.changes(5, restart: step) == Self.changes(5, restart: nil))
    }

    @Test func foreignStatesAreRefused() {
        #expect(throws: OptimizerError.self) {
            try BayesianSearch(BayesianOptions(), state: OptimizerState(optimizer: "random", content: .null))
        }
        #expect(throws: OptimizerError.self) {
            try BayesianSearch(
                BayesianOptions(), state: OptimizerState(optimizer: "bayesian", content: ["design": "0f"]))
        }
    }

    @Test func optionsAreReadAndHaveTheDeclaredDefaults() throws {
        #expect(try BayesianOptions(.null) == BayesianOptions())
        let options = try BayesianOptions(["initial": 7, "lie": "believed", "draws": 4])
        #expect(options == BayesianOptions(initial: 7, lie: .believed, draws: 4))
        #expect(throws: OptimizerError.self) { try BayesianOptions(["lie": "white"]) }
    }

    @Test func whatTheWorkflowObjectsToIsNotProposed() async throws {
        var optimizer = BayesianSearch()
        let context = Fixtures.context(
            Self.numbers, siblings: 4, history: [try await Self.tried(0, ["x": 5, "fast": false])],
            objection: { value, _ in value == true ? "no" : nil })
        let proposals = try await optimizer.propose(context)
        #expect(proposals.count == 4 && proposals.allSatisfy { $0.changes["fast"] == nil })
    }

    @Test func withoutNumbersItSaysSo() async throws {
        let notes = Notes()
        var optimizer = BayesianSearch()
        let context = Fixtures.context([Self.numbers[2]], notes: notes)
        #expect(try await optimizer.propose(context).isEmpty)
        #expect(notes.kinds == [.remark])
    }

    @Test func aWholeRunFindsTheNumber() async throws {
        let metric = RightOrWrong()
        let loop = OptimizationLoop(
            evaluator: Evaluator(
                subject: TargetNumber(), metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: TargetNumber.splits(20, 40, 60),
            plan: OptimizationPlan(steps: 8, siblings: 2, seed: 3, patience: nil, perfectScore: 1), gate: Gate(metric),
            model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"), ledger: Ledger())
        let conclusion = try await loop.run(
            BayesianSearch(),
            as: RunRecord(
                name: "target-0", workflow: "target", optimizer: BayesianSearch.name, seed: 3, settings: .null,
                parameters: TargetNumber().parameters))
        #expect(abs((conclusion.best["x"]?.number ?? 0) - 7) <= 1)
        #expect(conclusion.verdict?.decision == .promote)
    }
}
