/// An immutable assignment of values to parameters, with what it was made from and why.
///
/// Two candidates are the same assignment when their ``values`` are equal; ``id`` tells them apart within a run.
public struct Candidate: Sendable, Hashable, Codable, Identifiable {
    /// The place of a candidate in its run, counted from the seed, 0. Written `c7`.
    public struct ID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
        /// From 0, the seed.
        public let number: Int

        public init(_ number: Int) { self.number = number }

        /// The first candidate of a run: the initial values.
        public static let seed = ID(0)

        public static func < (a: ID, b: ID) -> Bool { a.number < b.number }

        public init(from decoder: any Decoder) throws {
            number = try decoder.singleValueContainer().decode(Int.self)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(number)
        }

        public var description: String { "c\(number)" }
    }

    public let id: ID
    /// A parameter that is missing here has its initial value.
    public let values: [String: Value]
    /// The candidates this one was made from; empty for the seed, two for a merge.
    public let parents: [ID]
    /// Why it exists, in a phrase: `seed`, or what the optimizer said it changed.
    public let origin: String

    public init(id: ID = .seed, values: [String: Value], parents: [ID] = [], origin: String = "seed") {
        self.id = id
        self.values = values
        self.parents = parents
        self.origin = origin
    }

    /// The value of the parameter `name`, if this candidate sets it.
    public subscript(_ name: String) -> Value? { values[name] }

    /// The names of the parameters whose values differ between this candidate and `other`, sorted.
    public func changes(from other: Candidate) -> [String] {
        Set(values.keys).union(other.values.keys).filter { values[$0] != other.values[$0] }.sorted()
    }
}
