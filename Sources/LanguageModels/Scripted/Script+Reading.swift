import ContentHash
import Foundation
import TraceGraph
import Yams

extension Script {
    /// Reads a script from a file: JSONL when its name ends in `.jsonl`, YAML otherwise.
    ///
    /// - Throws: ``ModelError/Code/script`` with `file:line`, also when the file cannot be read.
    public init(file path: String) throws(ModelError) {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw ModelError(.script, "\(path): the script cannot be read; is the path right?")
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw ModelError(.script, "\(path): the script is not UTF-8 text")
        }
        if path.lowercased().hasSuffix(".jsonl") {
            try self.init(jsonl: text, name: path)
        } else {
            try self.init(yaml: text, name: path)
        }
        digest = ContentHash(of: [UInt8](content))
    }

    /// Reads a script written as YAML: a list of rules or replies, or an object with the field `rules`.
    ///
    /// ```yaml
    /// rules:
    ///   - when: { system_contains: critic, matches: 'score of (\d+)' }
    ///     reply: "It is $1."
    ///   - reply: [first, second]          # for distinct requests, in order
    ///     then: cycle                     # fail (default), cycle or last
    ///   - when: { contains: busy }
    ///     error: rate_limited             # with times: 2, only two tries of each request fail
    /// ```
    ///
    /// - Throws: ``ModelError/Code/script`` with `name:line`.
    public init(yaml text: String, name: String = "script") throws(ModelError) {
        let root: Yams.Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ModelError(.script, "\(name): this is not YAML: \(error)", underlyingError: error)
        }
        guard let root else { throw ModelError(.script, "\(name):1: the script is empty") }
        var reader = ScriptReader(name: name)
        try reader.readDocument(ScriptNode(root, line: 1))
        self = try reader.script()
    }

    /// Reads a script written as one JSON rule or reply a line.
    ///
    /// - Throws: ``ModelError/Code/script`` with `name:line`.
    public init(jsonl text: String, name: String = "script") throws(ModelError) {
        var reader = ScriptReader(name: name)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            let value: Value
            do {
                value = try Value(json: String(line))
            } catch {
                throw ModelError(
                    .script, "\(name):\(index + 1): this line is not JSON: \(error.message)", underlyingError: error)
            }
            try reader.readItem(ScriptNode(value, line: index + 1))
        }
        self = try reader.script()
    }
}
