/// A dataset that cannot be used, with every fault that was found, not only the first.
public struct DatasetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One fault and its place.
    public struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// The file, as it was named to the reader.
        public let path: String
        /// From 1; where a row of several lines starts.
        public let line: Int
        /// What was found, and what was expected.
        public let message: String

        public init(path: String, line: Int, message: String) {
            self.path = path
            self.line = line
            self.message = message
        }

        public var description: String { "\(path):\(line): \(message)" }
    }

    /// In the order of the lines; never empty.
    public let faults: [Fault]

    public init(_ faults: [Fault]) { self.faults = faults }

    /// One line a fault, the first 20 of them.
    public var description: String {
        let shown = faults.prefix(20).map(\.description)
        let rest = faults.count - shown.count
        return (shown + (rest > 0 ? ["… and \(rest) more"] : [])).joined(separator: "\n")
    }
}
