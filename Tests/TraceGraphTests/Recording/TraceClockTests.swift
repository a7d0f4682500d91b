import Testing
import TraceGraph

@Suite struct TraceClockTests {
    /// Spins until the machine's clock has moved on by `nanoseconds`; how far it really has.
    private static func spin(_ nanoseconds: Int64) -> Int64 {
        let start = TraceClock.live.now()
        var now = start
        while now - start < nanoseconds { now = TraceClock.live.now() }
        return now - start
    }

    @Test func timesAreNanosecondsOfTheSystemsClock() async throws {
        let before = TraceClock.live.now()
        let trace = await Trace.record {
            let first = traced("first", Traced(1, name: "x")) { _ in Int(Self.spin(2_000_000)) }
            return traced("second", first) { $0 + Int(Self.spin(1_000_000)) }
        }
        let whole = TraceClock.live.now() - before
        let operations = trace.nodes.filter { $0.kind == .operation }
        #expect(operations.count == 2)
        // What was spun passed inside the operation, and the operation inside the trace, but for two readings of a clock.
        let slack: Int64 = 20_000
        #expect(operations[0].duration >= 2_000_000 - slack)
        #expect(operations[1].duration >= 1_000_000 - slack)
        #expect(operations[1].start + slack >= operations[0].start + operations[0].duration)
        #expect(operations[1].start + operations[1].duration <= trace.duration + slack)
        #expect(trace.duration <= whole)
    }

    @Test func aGivenClockIsTakenAtItsWord() async throws {
        let trace = await Trace.record(clock: TraceClock { 42 }) { traced("only", Traced(1)) { $0 } }
        #expect(trace.duration == 0)
        #expect(trace.nodes.allSatisfy { $0.start == 0 && $0.duration == 0 })
    }
}
