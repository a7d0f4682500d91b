import Evaluation
import Synchronization
import Testing

@testable import Interchange

/// The number as a time that counts how often it is compared.
private struct CountedTime: Comparable {
    static let comparisons = TaskLocal<Counter?>(wrappedValue: nil)
    let number: Int

    static func < (a: CountedTime, b: CountedTime) -> Bool {
        comparisons.get()?.count()
        return a.number < b.number
    }

    static func <= (a: CountedTime, b: CountedTime) -> Bool {
        comparisons.get()?.count()
        return a.number <= b.number
    }
}

private final class Counter: Sendable {
    private let counted = Atomic(0)
    var total: Int { counted.load(ordering: .relaxed) }
    func count() { counted.add(1, ordering: .relaxed) }
}

@Suite("The order of ends")
struct EndOrderTests {
    @Test("the last to end is the one that a look at all of them finds", arguments: 0..<40)
    func law(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var order = EndOrder<Int, Int>()
        var all: [(end: Int, node: Int)] = []
        for node in 0..<Int.random(in: 0...60, using: &random) {
            let end = Int.random(in: 0..<20, using: &random)
            order.insert(node, endingAt: end)
            all.append((end, node))
            for time in -1...20 {
                let able = all.filter { $0.end <= time }
                let latest = able.map(\.end).max()
                #expect(order.last(endingBy: time) == able.last { $0.end == latest }?.node)
            }
        }
    }

    @Test("a wide trace costs n log n comparisons, in the order of the ends and against it")
    func comparisons() {
        let count = 20_000
        for isForward in [true, false] {
            let counter = Counter()
            CountedTime.comparisons.withValue(counter) {
                var order = EndOrder<CountedTime, Int>()
                for node in 0..<count {
                    let time = CountedTime(number: isForward ? node : count - node)
                    order.insert(node, endingAt: time)
                    _ = order.last(endingBy: time)
                }
            }
            // Fifteen halvings and the look at the last entry, twice for each.
            #expect(counter.total <= count * 2 * 16)
        }
    }
}
