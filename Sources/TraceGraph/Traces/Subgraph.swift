/// The minimal part of a trace that explains some of its outputs in terms of its parameters.
public struct Subgraph: Sendable, Hashable {
    /// The parameters and everything computed from them on the way to the outputs, in execution order.
    public let nodes: [NodeID]
    /// What those operations read besides, as plain values, in execution order: not followed any further.
    public let blankets: [NodeID]

    /// Both, in execution order.
    ///
    /// - Complexity: O(nodes).
    public var all: [NodeID] {
        var all: [NodeID] = []
        all.reserveCapacity(nodes.count + blankets.count)
        var blanket = 0
        for node in nodes {
            while blanket < blankets.count, blankets[blanket] < node {
                all.append(blankets[blanket])
                blanket += 1
            }
            all.append(node)
        }
        all += blankets[blanket...]
        return all
    }

    /// Whether no node lies between the two ends.
    public var isEmpty: Bool { nodes.isEmpty }
}

extension Trace {
    /// The minimal part of the trace that explains `outputs` in terms of the parameters.
    ///
    /// Keeps every operation that lies between a parameter and an output, and the values those operations read from
    /// outside as roots (Cheng et al. 2024, section 3.2). A branch without a parameter above it is cut where it joins.
    ///
    /// - Parameters:
    ///   - outputs: Nodes of this trace; order does not matter.
    ///   - parameters: The parameters of interest; by default all that the trace read.
    /// - Returns: Nodes in execution order; empty when no parameter reaches any output.
    /// - Throws: ``TraceError`` with code `foreignNode` when a node belongs to another trace.
    /// - Complexity: O(nodes + edges).
    public func subgraph(from outputs: [NodeID], to parameters: [NodeID]? = nil) throws(TraceError) -> Subgraph {
        for output in outputs { try check(output) }
        let roots = parameters ?? self.parameters
        for root in roots { try check(root) }
        guard let last = outputs.max()?.index else { return Subgraph(nodes: [], blankets: []) }
        var sweep = SubgraphSweep(storage, upTo: last)
        sweep.descend(from: roots)
        sweep.ascend(from: outputs)
        return sweep.result
    }
}

/// Two passes over the rows of a trace, one down from the parameters and one up from the outputs.
private struct SubgraphSweep: ~Copyable {
    private struct Mark: OptionSet, Sendable {
        let rawValue: UInt8
        static let descends = Mark(rawValue: 1)
        static let leads = Mark(rawValue: 2)
        static let isBlanket = Mark(rawValue: 4)
        static let isInside: Mark = [.descends, .leads]
    }

    private let storage: TraceStorage
    private let last: Int
    private var marks: Column<Mark>

    init(_ storage: TraceStorage, upTo last: Int) {
        self.storage = storage
        self.last = last
        marks = Column(repeating: [], count: last + 1)
    }

    mutating func descend(from roots: [NodeID]) {
        var first = last + 1
        for root in roots where root.index <= last {
            marks[root.index] = .descends
            first = min(first, root.index)
        }
        guard first <= last else { return }
        var edge = storage.columns.row(of: first).lowerBound
        for index in first...last {
            let end = Int(storage.columns.records[index].inputsEnd)
            while edge < end {
                if marks[Int(storage.columns.parents[edge])].contains(.descends) {
                    marks[index].insert(.descends)
                    edge = end
                } else {
                    edge += 1
                }
            }
        }
    }

    mutating func ascend(from outputs: [NodeID]) {
        for output in outputs { marks[output.index].insert(.leads) }
        var index = last
        var end = Int(storage.columns.records[last].inputsEnd)
        while index >= 0 {
            let start = index == 0 ? 0 : Int(storage.columns.records[index - 1].inputsEnd)
            if marks[index].isSuperset(of: .isInside) {
                for edge in start..<end {
                    let parent = Int(storage.columns.parents[edge])
                    marks[parent].insert(marks[parent].contains(.descends) ? .leads : .isBlanket)
                }
            }
            end = start
            index -= 1
        }
    }

    var result: Subgraph {
        var nodes: [NodeID] = []
        var blankets: [NodeID] = []
        for index in 0...last {
            if marks[index].isSuperset(of: .isInside) {
                nodes.append(NodeID(index))
            } else if marks[index].contains(.isBlanket) {
                blankets.append(NodeID(index))
            }
        }
        return Subgraph(nodes: nodes, blankets: blankets)
    }
}
