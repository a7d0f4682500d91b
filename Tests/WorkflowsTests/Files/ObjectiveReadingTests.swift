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

    @Test(
        "what would do nothing, or could not be meant, is told with what to write instead",
        arguments: [
            ("{ maximize: accuracy, risk: 0.2 }", "'0.2' is no risk; expected mean, mixed, or { worst: 0.2 }"),
            ("{ weights: {} }", "no metric has a weight; expected the name of a metric with a weight"),
            ("{ weights: { accuracy: 0, tokens: 0 } }", "every weight is 0"),
            ("{ front: [accuracy, accuracy] }", "'accuracy' is named twice"),
            ("{ maximize: accuracy, subject_to: { tokens: 40 } }", "expected '{ at_most: 40 }' or '{ at_least: 40 }'"),
            (
                "{ maximize: accuracy, subject_to: { tokens: { at_most: 2, at_least: 5 } } }",
                "no 'tokens' is at least 5.0 and at most 2.0"
            ), ("{ maximize: accuracy, limits: priced }", "there are no limits yet; 'subject_to' sets some"),
            ("{ front: [accuracy, tokens], risk: mixed }", "'risk' makes no difference there"),
            ("{ front: [accuracy, tokens], robust: {} }", "'robust' makes no difference there"),
            (
                "{ maximize: accuracy, subject_to: { latency: { at_most: 2 } } }",
                "or 'latency: { latency: }' under 'metrics'"
            ),
        ])
    func idle(_ text: String, _ words: String) throws {
        let problems = WorkflowFixture.problems(yaml(text)).filter { $0.contains(words) }
        #expect(problems.count == 1, "\(WorkflowFixture.problems(yaml(text)))")
        #expect(try #require(problems.first).contains(/\d+:\d+/), "a place goes with it")
    }

    @Test(
        "so are odd gates",
        arguments: [
            ("{ metric: accuracy, thrifty: true }", "'finalists: 3' tests three"),
            ("{ metric: acuracy }", "did you mean 'accuracy'"),
            ("{ metric: accuracy, ceilings: { cost: -1 } }", "expected at least 0.0 for 'cost'"),
            ("{ metric: accuracy, ceilings: { cost: { confidence: 0.9 } } }", "has no limit; expected 'at_most'"),
            ("{ metric: accuracy, ceilings: { cost: { at_most: 1, confidence: 95 } } }", "from 0.5 to below 1"),
            (
                "{ metric: accuracy, ceilings: { cost: { at_most: 1, range: [3, 2] } } }",
                "the range [3.0, 2.0] is empty"
            ),
            ("{ metric: accuracy, ceilings: { cost: { at_most: 1, rang: [0, 2] } } }", "did you mean 'range'"),
            ("{ metric: accuracy, risk: wild }", "'wild' is no risk"),
            ("{ metric: accuracy, alpha: 5 }", "above 0 and below 0.5"),
        ])
    func oddGates(_ gate: String, _ words: String) {
        let problems = WorkflowFixture.problems(yaml("{ maximize: accuracy }", gate: gate))
        #expect(problems.count == 1 && problems[0].contains(words), "\(problems)")
    }

    @Test("a gate tests what is optimized, unless it is told otherwise")
    func tested() throws {
        func gate(_ objective: String, _ gate: String = "{ alpha: 0.1 }") throws -> Gate {
            let file = try WorkflowFixture.read(yaml(objective, gate: gate))
            return try #require(Workflow(file: file, models: { _ in throw ModelError(.script, "none") }).gate)
        }
        #expect(try gate("{ maximize: accuracy }").compared == "accuracy")
        let sum = try gate("{ weights: { accuracy: 1, tokens: -0.01 } }")
        #expect(sum.metric == Objective.name && sum.direction == .maximize && sum.alpha == 0.1)
        #expect(try gate("{ minimize: tokens, robust: { kappa: 1 } }").metric == Objective.name)
        #expect(try gate("{ front: [tokens, accuracy] }").metric == "tokens")
        // What the worst come to is tested where that is what is optimized, and the mean where that is asked for.
        let risky = "{ maximize: accuracy, risk: { worst: 0.2 } }"
        #expect(try gate(risky).risk == .tail(share: 0.2))
        #expect(try gate(risky, "{ metric: accuracy }").compared == "mean of the worst 20 % of accuracy")
        #expect(try gate(risky, "{ metric: objective }").compared == "mean of the worst 20 % of objective")
        #expect(try gate(risky, "{ metric: accuracy, risk: mean }").compared == "accuracy")
        #expect(try gate(risky, "{ metric: tokens }").compared == "tokens")
        #expect(try gate("{ maximize: accuracy }", "{ metric: accuracy, risk: mixed }").risk == .mixed)
        #expect(
            WorkflowFixture.problems(yaml("{ front: [accuracy, tokens] }", gate: "{ metric: objective }")).joined()
                .contains("the aims of a front have no score together"))
    }

    @Test("a ceiling is a number, or says how sure its bound has to be and where values lie")
    func ceilings() throws {
        let file = try WorkflowFixture.read(
            yaml(
                "{ maximize: accuracy }",
                gate: "{ ceilings: { tokens: 40, cost: { at_most: 1, confidence: 0.99, range: [0, 5] }, "
                    + "accuracy: { at_most: 0.9 } } }"))
        let gate = try #require(Workflow(file: file, models: { _ in throw ModelError(.script, "none") }).gate)
        #expect(gate.ceilings.map(\.limit) == [40, 1, 0.9])
        #expect(zip(gate.ceilings.map(\.delta), [0.05, 0.01, 0.05]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(gate.ceilings.map(\.range) == [nil, 0...5, nil])
        #expect(gate.ceilings[1].verdict(for: [0.1, 0.2, 0.3]).method == .empiricalBernstein)
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
