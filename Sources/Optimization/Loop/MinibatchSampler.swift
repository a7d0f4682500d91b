import Evaluation

/// Deals out the train examples in shuffled order, each once before any comes again.
struct MinibatchSampler {
    private let examples: [Example]
    private var random: SeededGenerator
    private var deck: [Example] = []

    init(_ examples: [Example], random: SeededGenerator) {
        self.examples = examples
        self.random = random
    }

    /// The next `count` examples, all different; fewer only when there are no more.
    mutating func next(_ count: Int) -> [Example] {
        let count = min(count, examples.count)
        var hand: [Example] = []
        while hand.count < count {
            if deck.isEmpty {
                let inHand = Set(hand.map(\.id))
                deck = random.shuffled(examples.filter { !inHand.contains($0.id) })
            }
            hand.append(deck.removeLast())
        }
        return hand
    }
}
