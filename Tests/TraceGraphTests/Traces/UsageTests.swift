import Testing
import TraceGraph

@Suite("What model calls used")
struct UsageTests {
    @Test("sums add up, cost is unknown once one is, and numbers that nobody can have used stop at the bound")
    func sums() {
        let some = Usage(calls: 1, promptTokens: 10, cachedPromptTokens: 4, completionTokens: 3, cost: 0.5)
        let sum = some + some
        #expect(sum == Usage(calls: 2, promptTokens: 20, cachedPromptTokens: 8, completionTokens: 6, cost: 1))
        #expect(sum.totalTokens == 26)
        #expect((sum + Usage(cost: nil)).cost == nil)
        let most = Usage(
            calls: .max, promptTokens: .max, cachedPromptTokens: .max, completionTokens: .max, cost: 0)
        #expect((most + some).promptTokens == .max && (most + most).calls == .max)
        #expect(most.totalTokens == .max)
        let least = Usage(promptTokens: .min, completionTokens: -1)
        #expect((least + least).promptTokens == .min && least.totalTokens == .min)
    }

    @Test("times that a program tells may be anything")
    func times() async throws {
        let trace = await Trace.record {
            let intake = try #require(NodeIntake())
            var last = intake.root(1, isInput: true, base: "x")
            for (start, duration) in [
                (Int64.max, Int64.max), (.min, .min), (-1, 5), (100, -7), (Int64.max, 1), (0, Int64.max),
            ] {
                last = intake.operation(
                    Operation(name: "step"), base: "step", inputs: [.init(name: "x", node: last)], value: 1,
                    start: start, duration: duration)
            }
            return intake.traced(1, at: last)
        }
        #expect(trace.outcome.name == "completed" && trace.nodes.count == 7)
        for node in trace.nodes {
            #expect(node.start >= 0 && node.duration >= 0)
            #expect(!node.start.addingReportingOverflow(node.duration).overflow)
        }
    }
}
