/// The place of a node in its trace. Nodes are numbered in execution order: a node's inputs have smaller numbers.
public struct NodeID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public let index: Int

    public init(_ index: Int) { self.index = index }

    public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }

    public init(from decoder: any Decoder) throws {
        index = try decoder.singleValueContainer().decode(Int.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(index)
    }

    public var description: String { "#\(index)" }
}
