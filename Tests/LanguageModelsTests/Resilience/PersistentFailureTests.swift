import Synchronization
import Testing

@testable import LanguageModels

/// Endpoints that fail for some prompts for good, and endpoints that die: laws of what the breaker makes of them, over many
/// calls at once in a time of their own.
@Suite("Persistent failures") struct PersistentFailureTests {
    /// One endpoint under many calls at once, event by event: a call is answered after a second, or is given up after
    /// `patience` seconds.
    private struct Simulation {
        let breaker: EndpointBreaker
        let time = TestTime()
        let patience = 46
        /// Calls that ended, and the number of the one that the breaker took for the endpoint's end.
        private(set) var ended = 0
        private(set) var opening: (call: Int, seconds: Int)?

        init() { breaker = EndpointBreaker(time: time.timekeeper) }

        /// - Parameter isBad: Whether call `number`, begun at `second`, fails for good.
        mutating func run(calls: Int, width: Int, _ isBad: (_ number: Int, _ second: Int) -> Bool) {
            var (second, begun) = (0, 0)
            var flying: [(end: Int, number: Int, isBad: Bool, ticket: Int)] = []
            while ended < calls, opening == nil {
                while begun < calls, flying.count < width {
                    let bad = isBad(begun, second)
                    flying.append((second + (bad ? patience : 1), begun, bad, breaker.begin()))
                    begun += 1
                }
                second = flying.map(\.end).min() ?? second
                for call in flying where call.end == second {
                    ended += 1
                    if call.isBad {
                        let error = breaker.gaveUp(ModelError(.serverError, "oops", status: 500), call: call.ticket)
                        if error.endsRun { opening = opening ?? (call.number, second) }
                    } else {
                        breaker.replied()
                    }
                }
                flying.removeAll { $0.end == second }
            }
        }
    }

    /// Every `share`-th of a hundred, scattered, the same each time.
    private static func isBad(_ number: Int, _ share: Int, _ seed: Int) -> Bool {
        var mixed = UInt64(number &* 0x9E37 &+ seed) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ (mixed >> 31)) % 100 < UInt64(share)
    }

    @Test(
        "some of the prompts fail for good: the run goes on, however many calls are under way",
        arguments: [1, 4, 16, 64, 512], [1, 20, 35, 50])
    func some(width: Int, share: Int) {
        for seed in 0..<20 {
            var simulation = Simulation()
            // What has been answered once shows that the endpoint works.
            simulation.run(calls: 400, width: width) { number, _ in number > 0 && Self.isBad(number, share, seed) }
            #expect(simulation.opening == nil, "seed \(seed): after call \(simulation.opening?.call ?? -1)")
            #expect(simulation.ended == 400)
        }
    }

    @Test(
        "an endpoint that dies ends the run after a bounded time and number of calls", arguments: [1, 4, 16, 64, 512])
    func dead(width: Int) throws {
        var simulation = Simulation()
        simulation.run(calls: 100_000, width: width) { _, second in second >= 30 }
        let opening = try #require(simulation.opening)
        let waves = (16 + width - 1) / width
        #expect(opening.seconds <= 30 + (waves + 1) * simulation.patience)
        #expect(opening.call <= 30 * width + width + 16)
    }

    @Test("one that never worked ends it sooner", arguments: [1, 4, 16, 64, 512])
    func neverThere(width: Int) throws {
        var simulation = Simulation()
        simulation.run(calls: 100_000, width: width) { _, _ in true }
        let opening = try #require(simulation.opening)
        #expect(opening.call < max(5, width) && opening.seconds <= 5 * simulation.patience)
    }
}
