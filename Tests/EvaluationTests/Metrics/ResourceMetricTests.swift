import Evaluation
import Testing
import TraceGraph

@Suite struct ResourceMetricTests {
    private let example = Example(id: "e", fields: [:])
    private let usage = Usage(calls: 2, promptTokens: 100, completionTokens: 20, cost: 0.25)

    @Test func measureWhatWasUsed() throws {
        let subject = MetricSubject(example: example, outcome: .output("x"), usage: usage, duration: 1_500_000_000)
        #expect(try ResourceMetric.latency.score(subject).value == 1.5)
        #expect(try ResourceMetric.tokens.score(subject).value == 120)
        #expect(try ResourceMetric.cost.score(subject).value == 0.25)
        #expect(ResourceMetric.cost.direction == .minimize)
    }

    @Test func failuresCountAtLeastTheWorst() throws {
        let subject = MetricSubject(example: example, outcome: .failure("x"), usage: usage, duration: 1_500_000_000)
        #expect(try ResourceMetric(.latency, worst: 10).score(subject).value == 10)
        #expect(try ResourceMetric(.latency, worst: 1).score(subject).value == 1.5)
        #expect(try ResourceMetric.tokens.score(subject).value == 120)
    }

    @Test func anUnknownCostIsNoCost() {
        let subject = MetricSubject(example: example, outcome: .output("x"), usage: Usage(calls: 1, cost: nil))
        #expect { try ResourceMetric.cost.score(subject) } throws: { MetricError.Code.unknownCost ~= $0 }
    }
}
