import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("Objectives in workflow files")
struct ObjectiveReadingTests {
    /// The fixture with other metrics, objective and gate.
    private func yaml(_ objective: String, gate: String = "{ metric: accuracy }", judge: String = "") -> String {
        WorkflowFixture.triage.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("normalise") }.joined(separator: "\n")
            .replacing("output: $queue", with: "output: $reply")
            .replacing(
                "gate: { metric: accuracy, alpha: 0.05 }", with: "gate: \(gate)"
            )
            .replacing("objective: { maximize: accuracy }", with: "objective: \(objective)")
            .replacing("metrics:\n", with: "metrics:\n  tokens: { tokens: }\n\(judge)")
    }

    @Test("say what is aimed at and what else matters")
    func objectives() throws {
        func objective(_ text: String) throws -> Objective? { try WorkflowFixture.read(yaml(text)).objective }
        let plain = try #require(try objective("{ maximize: accuracy }"))
        #expect(plain.isPlain)
        let risky = try #require(try objective("{ maximize: accuracy, risk: { worst: 0.2 } }"))
        #expect(risky.risk == .tail(share: 0.2))
        #expect(try objective("{ maximize: accuracy, risk: mixed }")?.risk == .mixed)
        let limited = try #require(
            try objective("{ maximize: accuracy, subject_to: { tokens: { at_most: 40, at_least: 2 } } }"))
        #expect(
            limited.constraints == [MetricConstraint("tokens", atMost: 40), MetricConstraint("tokens", atLeast: 2)])
        #expect(limited.limitRule == .first)
        let priced = try #require(
            try objective(
                "{ weights: { accuracy: 2 }, subject_to: { tokens: { at_most: 4 } }, limits: priced, rate: 3 }"))
        #expect(priced.limitRule == .priced(rate: 3) && priced.terms == [.init("accuracy", .maximize, weight: 2)])
        let front = try #require(try objective("{ front: [accuracy, tokens], robust: { kappa: 2 } }"))
        #expect(front.isFront && front.terms == [.init("accuracy", .maximize), .init("tokens", .minimize)])
        #expect(front.robustness == Robustness(kappa: 2, perturbations: 2))
    }

    @Test("are told what is wrong with them, and where")
    func mistakes() {
        func problems(_ text: String) -> String { WorkflowFixture.problems(yaml(text)).joined(separator: "\n") }
        #expect(problems("{ risk: mixed }").contains("names no aim"))
        #expect(problems("{ maximize: accuracy, minimize: tokens }").contains("several aims"))
        #expect(problems("{ front: [accuracy] }").contains("of several metrics"))
        #expect(problems("{ front: [accuracy, token] }").contains("no metric is called 'token'"))
        #expect(problems("{ maximize: accuracy, risk: wild }").contains("'wild' is no risk"))
        #expect(problems("{ maximize: accuracy, risk: { worst: 2 } }").contains("from 0.0 to 1.0 for 'worst'"))
        #expect(problems("{ maximize: accuracy, subject_to: { token: { at_most: 1 } } }").contains("'token'"))
        #expect(problems("{ maximize: accuracy, subject_to: { tokens: {} } }").contains("no limit"))
        #expect(problems("{ maximize: accuracy, subject_to: { tokens: { atmost: 1 } } }").contains("at_most"))
        #expect(problems("{ maximize: accuracy, rate: 2 }").contains("only prices have a rate"))
        #expect(
            problems("{ maximize: accuracy, robust: { perturbations: 0 } }").contains("at least 1 for 'perturbations'"))
    }

    @Test("a limit from above has to be held at the gate too, and finalists are counted")
    func gates() throws {
        let file = try WorkflowFixture.read(
            yaml(
                "{ maximize: accuracy, subject_to: { tokens: { at_most: 40 } } }",
                gate: "{ metric: accuracy, finalists: 3, thrifty: true }"))
        let gate = try #require(Workflow(file: file, models: { _ in throw ModelError(.script, "none") }).gate)
        #expect(gate.ceilings == [CostCeiling("tokens", limit: 40)])
        #expect(gate.finalists == 3 && gate.isThrifty)
    }

    @Test("a limit from below has to be held at the gate too, and what is paid for is no proportion")
    func limitsFromBelow() throws {
        let file = try WorkflowFixture.read(
            yaml(
                "{ maximize: accuracy, subject_to: { accuracy: { at_least: 0.9 }, tokens: { at_most: 40 } } }",
                gate: "{ metric: accuracy, looks: 3 }"))
        let gate = try #require(Workflow(file: file, models: { _ in throw ModelError(.script, "none") }).gate)
        #expect(
            gate.ceilings == [
                CostCeiling("accuracy", limit: 0.9, direction: .maximize), CostCeiling("tokens", limit: 40),
            ])
        #expect(gate.ceilings.map(\.isAmount) == [false, true])
        #expect(gate.looks == .equal(tests: 3))
        #expect(
            WorkflowFixture.problems(yaml("{ maximize: accuracy }", gate: "{ metric: accuracy, looks: some }")).joined()
                .contains("endless or a whole number from 1 to 1000"))
    }

    @Test("several judges are one metric")
    func judges() throws {
        let judge = "  worth: { judge: { rubric: Good?, models: [task, optimizer], aggregate: worst } }\n"
        let file = try WorkflowFixture.read(yaml("{ maximize: worth }", judge: judge))
        let metrics = try Workflow(file: file, models: { _ in ScriptedModelless() }).metrics()
        let ensemble = try #require(metrics.first { $0.name == "worth" } as? JudgeEnsemble)
        #expect(ensemble.judges.count == 2 && ensemble.aggregate == .worst)
        let alone = "  worth: { judge: { rubric: Good?, model: task, aggregate: mean } }\n"
        #expect(
            WorkflowFixture.problems(yaml("{ maximize: worth }", judge: alone))
                .contains { $0.contains("one judge has nothing to bring together") })
    }
}

/// Never asked.
private struct ScriptedModelless: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply { throw ModelError(.script, "no reply") }
}
