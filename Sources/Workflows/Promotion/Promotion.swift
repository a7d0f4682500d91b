import Foundation
public import TraceGraph

/// The changes to a workflow's files that make new values its initial ones.
public struct Promotion: Sendable {
    /// One file before and after.
    public struct Edit: Sendable, Hashable {
        public let path: String
        public let old: String
        public let new: String
        /// The parameters whose values the file holds.
        public let parameters: [String]
    }

    /// One for each file that changes, in the order of the parameters.
    public let edits: [Edit]

    /// Works out the changes without writing anything, and checks that the files read with them give these values.
    ///
    /// - Parameters:
    ///   - values: New values by parameter; those that equal the present ones change nothing.
    ///   - file: The workflow as it is now.
    /// - Throws: ``PromotionError`` when a file cannot be read as UTF-8 or a value's place cannot be rewritten safely.
    public init(
        of values: [String: Value], in file: WorkflowFile, environment: [String: String], files: SourceFiles = .disk
    ) throws {
        var texts: [String: (old: String, new: String, parameters: [String])] = [:]
        var order: [String] = []
        func open(_ path: String) throws {
            guard texts[path] == nil else { return }
            guard let bytes = try files.contents(path), let text = String(validating: bytes, as: UTF8.self) else {
                throw PromotionError("cannot read \(path) as UTF-8 text")
            }
            texts[path] = (text, text, [])
            order.append(path)
        }
        let changed = file.parameters.filter { values[$0.definition.name].map { [$0] } != [$0.definition.initial] }
            .filter { values[$0.definition.name] != nil }
        // From the end of each file to its start, so that earlier places stay where they are.
        for parameter in changed.sorted(by: { $0.location > $1.location }) {
            let name = parameter.definition.name
            guard let value = values[name] else { continue }
            let path = parameter.location.file
            try open(path)
            if parameter.file != nil {
                let text = value.text ?? value.prettyJSON
                let endsLine = texts[path]?.old.hasSuffix("\n") == true && !text.hasSuffix("\n")
                texts[path]?.new = endsLine ? text + "\n" : text
            } else {
                var yaml = YAMLText(texts[path]?.new ?? "")
                let place = parameter.location
                guard yaml.replaceValue(line: place.line, column: place.column, with: value) else {
                    throw PromotionError("cannot find the value of '\(name)' at \(place)")
                }
                texts[path]?.new = yaml.text
            }
            texts[path]?.parameters.insert(name, at: 0)
        }
        edits = order.reversed().compactMap { path in
            texts[path].flatMap { text in
                text.old == text.new
                    ? nil : Edit(path: path, old: text.old, new: text.new, parameters: text.parameters)
            }
        }
        try check(values, in: file, environment: environment, files: files)
    }

    /// Reads the workflow again as it is going to be.
    private func check(
        _ values: [String: Value], in file: WorkflowFile, environment: [String: String], files: SourceFiles
    ) throws {
        let edited = SourceFiles { [edits] path in
            if let edit = edits.first(where: { $0.path == path }) { return Array(edit.new.utf8) }
            return try files.contents(path)
        }
        let after = try WorkflowFile(contentsOf: file.path, environment: environment, files: edited)
        for parameter in after.parameters {
            let name = parameter.definition.name
            guard let wanted = values[name], !Self.isSame(parameter.definition.initial, wanted) else { continue }
            throw PromotionError(
                "the value of '\(name)' cannot be written safely at \(parameter.location); put it there by hand")
        }
    }

    /// Equal, but for the line break that ends a text file.
    private static func isSame(_ read: Value, _ wanted: Value) -> Bool {
        if read == wanted { return true }
        guard let a = read.text, let b = wanted.text else { return read.number != nil && read.number == wanted.number }
        return a == b + "\n" || a + "\n" == b
    }

    /// Writes all files, each whole or not at all.
    ///
    /// - Throws: ``PromotionError`` naming the first file that could not be written; those before it are.
    public func write() throws {
        for edit in edits {
            do {
                try Data(edit.new.utf8).write(to: URL(fileURLWithPath: edit.path), options: .atomic)
            } catch {
                throw PromotionError("cannot write \(edit.path): \(error.localizedDescription)")
            }
        }
    }
}

/// Why values could not be written back.
public struct PromotionError: Error, Sendable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
