import TraceGraph

/// Examples in the order of their file.
public struct Dataset: Sendable, Hashable {
    /// The file, as it was named; empty for data that come from no file.
    public let path: String
    /// In the order of the file; no two have the same id.
    public let examples: [Example]

    /// Examples made by the caller.
    ///
    /// - Throws: ``DatasetError`` when two share an id; the line is the place in the list, from 1.
    public init(_ examples: [Example], path: String = "") throws(DatasetError) {
        var seen: [String: Int] = [:]
        var faults: [DatasetError.Fault] = []
        for (place, example) in examples.enumerated() {
            let line = example.line ?? place + 1
            if let first = seen[example.id] {
                let message = "id '\(example.id)' was already used on line \(first); expected each id once"
                faults.append(.init(path: path, line: line, message: message))
            } else {
                seen[example.id] = line
            }
        }
        guard faults.isEmpty else { throw DatasetError(faults) }
        self.path = path
        self.examples = examples
    }

    /// Reads a dataset.
    ///
    /// A row's id is its `id` field (or the column that `id` is mapped to), or else made from the row's content, so that appending rows or changing the
    /// mapping leaves it as it is; rows with equal content are numbered in order.
    ///
    /// - Parameters:
    ///   - contents: The bytes of the file; a byte order mark is skipped.
    ///   - path: The file's name, for messages and, without `format`, to tell the format by its ending.
    ///   - format: How `contents` is written.
    ///   - mapping: Workflow name → column. Columns that are not mentioned keep their own names, unless a workflow name
    ///     takes that name.
    ///   - required: Workflow names every example must have besides the mapped ones.
    /// - Throws: ``DatasetError`` with all faults at once.
    /// - Complexity: O(length of `contents`).
    public init(
        contents: [UInt8], path: String, format: DatasetFormat? = nil, mapping: [String: String] = [:],
        required: [String] = []
    ) throws(DatasetError) {
        guard let format = format ?? DatasetFormat(path: path) else {
            throw DatasetError([
                .init(path: path, line: 1, message: "unknown kind of file; expected .jsonl, .csv or .tsv")
            ])
        }
        var reader = DatasetReader(path: path, mapping: mapping, required: required)
        let start = contents.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        switch format {
        case .jsonLines: reader.readJSONLines(contents[start...])
        case .commaSeparated: reader.readTable(contents[start...], separator: UInt8(ascii: ","))
        case .tabSeparated: reader.readTable(contents[start...], separator: UInt8(ascii: "\t"))
        }
        self.path = path
        self.examples = try reader.examples()
    }

    /// Reads a dataset from text; see ``init(contents:path:format:mapping:required:)-([UInt8],_,_,_,_)``.
    public init(
        contents: String, path: String, format: DatasetFormat? = nil, mapping: [String: String] = [:],
        required: [String] = []
    ) throws(DatasetError) {
        try self.init(
            contents: Array(contents.utf8), path: path, format: format, mapping: mapping, required: required)
    }

    public var count: Int { examples.count }

    /// The example called `id`; nil when there is none. Linear.
    public subscript(_ id: String) -> Example? { examples.first { $0.id == id } }

    /// The examples called `ids`, in that order; unknown ids are left out.
    public func examples(_ ids: some Sequence<String>) -> [Example] {
        let byID = Dictionary(uniqueKeysWithValues: examples.map { ($0.id, $0) })
        return ids.compactMap { byID[$0] }
    }

    /// The names of all fields, in the order they first occur.
    public var fieldNames: [String] {
        var names = Fields()
        for example in examples {
            for name in example.fields.names where names[name] == nil { names[name] = .null }
        }
        return names.names
    }
}
