import Evaluation
import Optimization
import Testing

@Suite("Trace risk")
struct TraceRiskTests {
    @Test("nothing is certain before anything was seen, and nothing fails in no steps")
    func prior() {
        let risk = TraceRisk()
        #expect(risk.risk(after: nil, horizon: 0) == 0)
        // A good end, or a bad one.
        #expect(risk.risk(after: nil, horizon: 1) == 0.5)
        #expect(risk.risk(after: "never seen", horizon: 1) == 0.5)
    }

    @Test("one step ahead it is the smoothed share of those that failed")
    func oneStep() {
        var risk = TraceRisk()
        for index in 0..<10 { risk.learn(["a"], ending: index < 7 ? .bad : .good) }
        // From a: 7 bad, 3 good, a itself possible: (7 + 1) / (10 + 3).
        #expect(abs(risk.risk(after: "a", horizon: 1) - 8.0 / 13) < 1e-12)
    }

    @Test("is what walking the chain finds, at any horizon")
    func matchesSimulation() {
        var risk = TraceRisk()
        var random = SeededGenerator(seed: 3)
        var counts: [String: [String: Double]] = [:]
        for _ in 0..<60 {
            let states = (0..<(1 + random.index(below: 4))).map { _ in ["a", "b", "c"][random.index(below: 3)] }
            let isBad = random.chance(states.last == "c" ? 0.8 : 0.1)
            risk.learn(states, ending: isBad ? .bad : .good)
            for (from, to) in zip(states, states.dropFirst() + [isBad ? "bad" : "good"]) {
                counts[from, default: [:]][to, default: 0] += 1
            }
        }
        // Laplace: every next state is one that was seen once more.
        let next = ["a", "b", "c", "good", "bad"]
        func step(_ state: String) -> String {
            let weights = next.map { (counts[state]?[$0] ?? 0) + 1 }
            var draw = random.uniform() * weights.reduce(0, +)
            for (name, weight) in zip(next, weights) {
                draw -= weight
                if draw < 0 { return name }
            }
            return "bad"
        }
        let walks = 4_000
        for (start, horizon) in [("a", 1), ("a", 3), ("c", 1), ("c", 2), ("b", 6)] {
            let failed = (0..<walks).count { _ in
                var state = start
                for _ in 0..<horizon where state != "good" && state != "bad" { state = step(state) }
                return state == "bad"
            }
            let found = risk.risk(after: start, horizon: horizon)
            #expect(abs(Double(failed) / Double(walks) - found) < 0.03, "after \(start), \(horizon) steps: \(found)")
        }
        // A good end is never left: however long the horizon, what came to one has not failed.
        #expect(risk.risk(after: "a", horizon: 500) < 0.9)
    }

    @Test("grows with the horizon, and with how bad the state is")
    func monotone() {
        var risk = TraceRisk()
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var states: [String] = []
            var level = 0
            for _ in 0..<4 {
                level += random.uniform() < 0.4 ? 1 : 0
                states.append("step \(level)")
            }
            risk.learn(states, ending: random.uniform() < Double(level) / 4 ? .bad : .good)
        }
        var last = 0.0
        for horizon in 0...8 {
            let now = risk.risk(after: "step 1", horizon: horizon)
            #expect(now >= last && now <= 1, "the risk only grows with the horizon")
            last = now
        }
        #expect(risk.risk(after: "step 4", horizon: 5) > risk.risk(after: "step 0", horizon: 5) + 0.2)
    }

    @Test("without a way to fail the risk stays small, however long the chain")
    func safe() {
        var risk = TraceRisk(smoothing: 0.01)
        for _ in 0..<1000 { risk.learn(["a", "b", "c"], ending: .good) }
        #expect(risk.risk(after: "a", horizon: 100) < 0.001)
    }

    @Test("the monitor stops nothing until it knows enough, then what looks like what went wrong")
    func monitor() async throws {
        let monitor = RiskMonitor(threshold: 0.8, leastExecutions: 5)
        #expect(!monitor.isDoomed(after: "reply 3"))
        let good = try await Fixtures.evaluation("hello there", as: "billing", expected: "billing")
        let bad = try await Fixtures.evaluation("hello there", as: "", expected: "billing")
        let (goodStates, badStates) = (RiskMonitor.states(of: good.trace), RiskMonitor.states(of: bad.trace))
        #expect(goodStates == ["format 2", "queue 1"] && badStates == ["format 2", "queue failed"])
        for _ in 0..<40 { monitor.learn([good, bad], isBad: { $0 == 0 }) }
        #expect(monitor.isDoomed(after: badStates[1]))
        #expect(!monitor.isDoomed(after: goodStates[1]))
        #expect(!monitor.isDoomed(after: goodStates[0]), "half of them came to a good end from here")
        #expect(monitor.stopped == 1)
    }
}
