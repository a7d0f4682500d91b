import Evaluation
import Testing
import TraceGraph

@testable import Optimization

@Suite struct RandomSearchTests {
    private let space = [
        ParameterDefinition(
            "rate", kind: .number, initial: 0.01,
            constraint: ParameterConstraint(range: 0.0001...1, isLogarithmic: true)),
        ParameterDefinition("count", kind: .integer, initial: 3, constraint: ParameterConstraint(range: 0...8)),
        ParameterDefinition(
            "model", kind: .choice, initial: "a", constraint: ParameterConstraint(options: ["a", "b", "c"])),
        ParameterDefinition("fast", kind: .flag, initial: false),
        ParameterDefinition("shots", kind: .examples, initial: [], constraint: ParameterConstraint(maximumCount: 2)),
        ParameterDefinition("instruction", kind: .text, initial: "Route."),
    ]

    private func evaluations() async throws -> [Evaluation] {
        var evaluations: [Evaluation] = []
        for index in 0..<5 { evaluations.append(try await Fixtures.evaluation("m\(index)", as: "a", expected: "b")) }
        return evaluations
    }

    @Test(arguments: 0..<20) func everyProposalIsAllowedNewAndRepeatable(_ seed: UInt64) async throws {
        let evaluations = try await evaluations()
        let context = Fixtures.context(space, evaluations: evaluations, siblings: 8, seed: seed)
        var optimizer = RandomSearch()
        let proposals = try await optimizer.propose(context)
        #expect(proposals.count == 8)
        for proposal in proposals {
            #expect(!proposal.changes.isEmpty)
            #expect(proposal.changes["instruction"] == nil)
            if proposal.intent == .refine { #expect(proposal.changes.count == 1) }
            for (name, value) in proposal.changes {
                let definition = try #require(space.first { $0.name == name })
                #expect(try definition.checked(value) == value)
                #expect(value != definition.initial)
            }
        }
        #expect(Set(proposals.map(\.changes)).count == 8)
        var second = RandomSearch()
        #expect(try await second.propose(context) == proposals)
    }

    @Test func nearStepsAreSmallerThanDraws() async throws {
        let rate = [
            ParameterDefinition("rate", kind: .number, initial: 0.5, constraint: ParameterConstraint(range: 0...1))
        ]
        func spread(_ near: Double) async throws -> Double {
            var optimizer = RandomSearch(options: RandomSearch.Options(step: 0.05, near: near))
            let proposals = try await optimizer.propose(Fixtures.context(rate, siblings: 200))
            let distances = proposals.compactMap { $0.changes["rate"]?.number.map { abs($0 - 0.5) } }
            return distances.reduce(0, +) / Double(distances.count)
        }
        #expect(try await spread(1) * 3 < spread(0))
    }

    @Test func anExhaustedSpaceEndsWithANote() async throws {
        let flag = [ParameterDefinition("fast", kind: .flag, initial: false)]
        let notes = Notes()
        var optimizer = RandomSearch()
        let proposals = try await optimizer.propose(Fixtures.context(flag, siblings: 3, notes: notes))
        #expect(proposals.map(\.changes) == [["fast": true]])
        #expect(notes.kinds == [.remark])
    }

    @Test func demonstrationsComeFromAllExamplesSeenAlsoAfterARestart() async throws {
        let shots = [space[4]]
        var optimizer = RandomSearch()
        _ = try await optimizer.propose(Fixtures.context(shots, evaluations: try await evaluations(), siblings: 1))
        var resumed = try RandomSearch(RandomSearch.Options(), state: optimizer.state)
        let proposals = try await resumed.propose(Fixtures.context(shots, siblings: 4))
        #expect(proposals.count == 4)
        #expect(resumed.state == optimizer.state)
    }

    @Test func whatTheWorkflowObjectsToIsNotProposed() async throws {
        var optimizer = RandomSearch()
        let context = Fixtures.context([space[2]], siblings: 3, objection: { value, _ in value == "b" ? "no" : nil })
        #expect(try await optimizer.propose(context).map(\.changes) == [["model": "c"]])
    }
}
