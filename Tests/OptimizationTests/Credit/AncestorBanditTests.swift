import Evaluation
import Optimization
import Testing
import TraceGraph

@Suite("UCB over ancestors")
struct AncestorBanditTests {
    @Test("tries everything, then finds the node that gains, and finds the next one when that has changed")
    func finds() {
        var random = SeededGenerator(seed: 11)
        var bandit = AncestorBandit(
            exploration: 0.3, change: PageHinkley(tolerance: 0.1, threshold: 5))
        let nodes = ["a", "b", "c", "d"]
        var chosen: [String] = []
        for turn in 0..<600 {
            guard let node = bandit.choice(among: nodes) else { return }
            chosen.append(node)
            let good = turn < 300 ? "c" : "a"
            bandit.learn(node, gained: random.uniform() < (node == good ? 0.8 : 0.1) ? 1 : 0)
        }
        #expect(Set(chosen.prefix(4)) == Set(nodes))
        #expect(chosen[100..<300].filter { $0 == "c" }.count > 140)
        #expect(chosen[450...].filter { $0 == "a" }.count > 100, "what was good before is not held on to")
        #expect(bandit.choice(among: []) == nil)
    }

    @Test("Page–Hinkley: silent on a steady mean, quick on a step up or down, and new after it")
    func change() {
        var random = SeededGenerator(seed: 5)
        func noise() -> Double { (random.uniform() - 0.5) * 0.2 }
        for step in [0.6, -0.6] {
            var detector = PageHinkley(tolerance: 0.05, threshold: 1.5)
            let early = (0..<200).filter { _ in detector.add(0.5 + noise()) }
            #expect(early.isEmpty)
            var delay = 0
            while !detector.add(0.5 + step + noise()), delay < 100 { delay += 1 }
            #expect(delay < 12)
            let late = (0..<100).filter { _ in detector.add(0.5 + step + noise()) }
            #expect(late.isEmpty)
        }
    }

    @Test("ancestors are the operations the output was made from, nearest last")
    func ancestors() async throws {
        let trace = await Trace.record {
            let x = Traced(1, name: "x")
            let a = traced("a", x) { $0 + 1 }
            _ = traced("unused", x) { $0 + 2 }
            let b = traced("b", a) { $0 * 2 }
            return traced("c", b, a) { $0 + $1 }
        }
        let output = try #require(trace.result)
        #expect(trace.ancestors(of: output.id) == ["a", "b", "c"])
    }
}
