public import Evaluation
public import TraceGraph

/// What one parameter or node is worth, as far as it was tested.
public struct CreditFinding: Sendable, Hashable {
    /// The parameter, or the base of the node's name.
    public var name: String
    /// The mean over the examples it was tested on, in the objective's unit; nil when it was not tested.
    public var effect: Double?
    /// Of ``effect``, paired by example; nil for fewer than two examples.
    public var interval: Interval?
    /// What of the effect the node's own operation has, beyond what the nodes it reads explain; nil for parameters.
    public var own: Double?
    /// Examples it was tested on.
    public var count: Int
    /// Why it was not tested; nil when it was.
    public var reason: String?

    /// A tested one; `differences` are of the scores with and without, example by example.
    ///
    /// - Parameter own: Differences that are the operation's own, by example.
    init(
        _ name: String, _ differences: [Double], own: [Double]? = nil, confidence: Double = 0.95,
        resamples: Int, random: SeededGenerator
    ) {
        self.name = name
        let pairs = PairedDifferences(differences)
        self.count = pairs.count
        self.effect = pairs.count > 0 ? pairs.mean : nil
        self.reason = pairs.count > 0 ? nil : "no example has a score both ways"
        self.own = own.flatMap { Sample($0).mean }
        guard pairs.count > 1 else { return }
        self.interval =
            pairs.suitsStudent
            ? pairs.interval(confidence: confidence)
            : PairedBootstrap(pairs, resamples: resamples, generator: random).interval(confidence: confidence)
    }

    /// One that was not tested.
    init(_ name: String, untested reason: String) {
        self.name = name
        self.count = 0
        self.reason = reason
    }

    /// All of it as a value.
    public var recorded: Value {
        [
            "name": .text(name), "effect": effect.map(Value.number) ?? .null,
            "interval": interval.map { [.number($0.lower), .number($0.upper)] } ?? .null,
            "own": own.map(Value.number) ?? .null, "n": .integer(count),
            "tested": .flag(effect != nil), "reason": reason.map(Value.text) ?? .null,
        ]
    }
}

/// What a run's changes and nodes are worth.
public struct Credit: Sendable, Hashable {
    /// By changed parameter: what the winner loses when that one is as it was.
    public var ablation: [CreditFinding]
    /// By node, the most at fault first: what a bad execution gains when the node has the value it had in a good one.
    public var interchange: [CreditFinding]

    public init(ablation: [CreditFinding], interchange: [CreditFinding]) {
        self.ablation = ablation
        self.interchange = interchange
    }

    public var recorded: Value {
        [
            "ablation": .list(ablation.map(\.recorded)), "interchange": .list(interchange.map(\.recorded)),
        ]
    }
}
