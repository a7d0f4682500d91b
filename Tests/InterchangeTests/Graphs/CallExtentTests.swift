import Interchange
import TraceGraph
import Testing

@Suite("Model calls on the time axis")
struct CallExtentTests {
    @Test("a reply from a cache takes no more of the execution than its operation did")
    func cached() throws {
        func trace(cached: Bool) throws -> Trace {
            try Trace(
                nodes: [
                    NodeDraft(
                        base: "reply", ordinal: 0, kind: .operation, operation: 0, inputs: [], value: "x", start: 10,
                        duration: 20)
                ], operations: [Operation(name: "call")], candidate: Candidate(values: [:]),
                outcome: .completed(NodeID(0)), duration: 40,
                calls: [
                    ModelCall(
                        node: NodeID(0), model: "m", completion: nil, usage: .none, wasCached: cached, start: 12,
                        duration: 842_000_000)
                ])
        }
        let bars = LaneSchedule(try trace(cached: true)).bars
        #expect(bars.allSatisfy { $0.start + $0.duration <= 30 }, "\(bars)")
        #expect(LaneSchedule(try trace(cached: true)).laneCount == 1)
    }
}
