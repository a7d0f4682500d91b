import Foundation
public import TraceGraph

/// Chooses, turn by turn, which ancestor of an output to change next: the one whose changes have gained most, or that has
/// been changed too seldom to tell: max μᵥ + β √(ln t / nᵥ) (UCB1, Auer et al. 2002).
///
/// What a node gains changes as others are improved: where its gains have changed (``PageHinkley``), what was learnt about it
/// is forgotten.
public struct AncestorBandit: Sendable, Hashable, Codable {
    private struct Arm: Sendable, Hashable, Codable {
        var count = 0
        var mean = 0.0
        var change: PageHinkley
    }

    /// β: how much is given for what is not known.
    public let exploration: Double
    private let change: PageHinkley
    private var arms: [String: Arm] = [:]

    public init(exploration: Double = 0.5, change: PageHinkley = PageHinkley()) {
        self.exploration = exploration
        self.change = change
    }

    /// The node to change next.
    ///
    /// - Parameter nodes: Names of those that can be changed, in the order in which equals are preferred.
    /// - Returns: Nil for no nodes. One that was never changed comes before all that were.
    public func choice(among nodes: [String]) -> String? {
        if let new = nodes.first(where: { arms[$0] == nil || arms[$0]?.count == 0 }) { return new }
        let total = Double(nodes.reduce(0) { $0 + (arms[$1]?.count ?? 0) })
        var best: (node: String, bound: Double)?
        for node in nodes {
            guard let arm = arms[node] else { continue }
            let bound = arm.mean + exploration * (log(total) / Double(arm.count)).squareRoot()
            if bound > best?.bound ?? -.infinity { best = (node, bound) }
        }
        return best?.node
    }

    /// Learns what changing `node` has gained.
    ///
    /// - Returns: Whether what was learnt about it before was forgotten.
    @discardableResult
    public mutating func learn(_ node: String, gained gain: Double) -> Bool {
        var arm = arms[node] ?? Arm(change: change)
        let hasChanged = arm.change.add(gain)
        if hasChanged { arm = Arm(change: change) }
        arm.count += 1
        arm.mean += (gain - arm.mean) / Double(arm.count)
        arms[node] = arm
        return hasChanged
    }

    /// What was learnt, for a restart.
    public var recorded: Value {
        .object(
            Fields(
                arms.sorted { $0.key < $1.key }.map { name, arm in
                    (name, ["count": .integer(arm.count), "mean": .number(arm.mean), "change": arm.change.recorded])
                }))
    }

    /// Goes on from what ``recorded`` gave.
    ///
    /// - Returns: Whether it could be read; nothing is changed where not.
    public mutating func restore(_ recorded: Value) -> Bool {
        guard let fields = recorded.object else { return false }
        var arms: [String: Arm] = [:]
        for (name, content) in fields {
            var change = self.change
            guard let count = content["count"]?.integer, let mean = content["mean"]?.number,
                content["change"].map({ change.restore($0) }) == true
            else { return false }
            arms[name] = Arm(count: count, mean: mean, change: change)
        }
        self.arms = arms
        return true
    }

    /// What a node's changes have gained on average since it was last forgotten; nil when it was not changed since.
    public func mean(of node: String) -> Double? { arms[node].flatMap { $0.count > 0 ? $0.mean : nil } }
}

extension Trace {
    /// The bases of the operations that `output` was made from, itself among them, those nearest to it last.
    ///
    /// - Complexity: O(nodes + edges).
    public func ancestors(of output: NodeID) -> [String] {
        var isAncestor = [Bool](repeating: false, count: nodes.count)
        isAncestor[output.index] = true
        for index in (0...output.index).reversed() where isAncestor[index] {
            for parent in self[NodeID(index)].parents { isAncestor[parent.index] = true }
        }
        var seen: Set<String> = []
        return nodes.compactMap { node in
            isAncestor[node.id.index] && node.operation != nil && seen.insert(node.base).inserted ? node.base : nil
        }
    }
}
