import Optrace

/// Evaluations whose traces hold texts of some 40 characters.
struct StoredBatch {
    let evaluations: [Evaluation]

    /// - Parameter share: The share of values that are among a hundred common ones; each of the others is new.
    init(traces: Int, nodes: Int, repeating share: Double) async {
        var evaluations: [Evaluation] = []
        var numbers = SeededGenerator(seed: 7)
        for trace in 0..<traces {
            let texts = (0..<nodes).map { node in
                numbers.chance(share)
                    ? "a value that many nodes have, number \(numbers.index(below: 100))"
                    : "a value of its own in this trace: \(trace) \(node)"
            }
            evaluations.append(
                Evaluation(
                    candidate: .seed, example: Example(id: "e\(trace)", fields: ["message": .text("m\(trace % 50)")]),
                    repetition: 0, scores: [:], score: 1, evidence: 1, trace: await Self.trace(texts)))
        }
        self.evaluations = evaluations
    }

    /// A chain of operations with two parents each.
    private static func trace(_ texts: [String]) async -> Trace {
        await Trace.record {
            var last = Traced("start", name: "start")
            let other = Traced("other", name: "other")
            for text in texts.dropFirst(2) { last = traced("step", last, other) { _, _ in text } }
            return last
        }
    }

    var nodes: Int { evaluations.reduce(0) { $0 + $1.trace.nodes.count } }

    /// In lists of `count`.
    func parts(of count: Int) -> [[Evaluation]] {
        stride(from: 0, to: evaluations.count, by: count).map { start in
            Array(evaluations[start..<min(start + count, evaluations.count)])
        }
    }
}
