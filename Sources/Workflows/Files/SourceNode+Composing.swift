import Yams

extension SourceNode {
    /// A YAML text that is none, with the place.
    struct SyntaxError: Error {
        var place: Place
        var message: String
    }

    /// The most nodes a document may have once its aliases are followed, and the deepest it may be nested.
    private static let mostNodes = 200_000
    static let deepest = 100

    /// Reads one YAML document.
    ///
    /// Two equal keys are no reason to stop: the later entry is kept and knows the line of the earlier one.
    ///
    /// - Returns: Nil for a text without a document.
    static func composed(from yaml: String) throws(SyntaxError) -> SourceNode? {
        try checkNesting(of: yaml)
        var yaml = yaml
        var renamed: [Place: Renaming] = [:]
        while true {
            do {
                guard let root = try compose(yaml: yaml) else { return nil }
                var converter = Converter(
                    lines: yaml.split(separator: "\n", omittingEmptySubsequences: false), renamed: renamed,
                    left: mostNodes)
                return try converter.node(root, depth: 0)
            } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
                let place = Place(line: context.mark.line, column: context.mark.column)
                let name = duplicates.first ?? ""
                let renaming = Renaming(key: name, mark: renamed.count)
                guard let changed = renaming.applied(to: yaml, at: place) else {
                    throw SyntaxError(place: place, message: "duplicate key '\(name)'")
                }
                renamed[place] = renaming
                yaml = changed
            } catch let error as SyntaxError {
                throw error
            } catch {
                throw SyntaxError(describing: error)
            }
        }
    }

    /// Refuses what would nest too deep for a reader that calls itself: open brackets, or dashes in a row.
    private static func checkNesting(of yaml: String) throws(SyntaxError) {
        var brackets = 0
        var dashes = 0
        var line = 1
        var indents: [Int] = []
        var indent = 0
        var isIndent = true
        for byte in yaml.utf8 {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                dashes = 0
                indent = 0
                isIndent = true
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): dashes += 1
            case UInt8(ascii: " "):
                if isIndent { indent += 1 }
                continue
            default: dashes = 0
            }
            if isIndent {
                isIndent = false
                while let last = indents.last, last >= indent { indents.removeLast() }
                indents.append(indent)
            }
            guard brackets <= 1000, dashes <= 1000, indents.count <= 1000 else {
                throw SyntaxError(place: Place(line: line, column: 1), message: "nested too deep")
            }
        }
    }

    /// A key that is out of the way: its first scalar stands replaced by one that nobody writes, at the same width.
    private struct Renaming {
        var key: String
        var mark: Int

        func applied(to yaml: String, at place: Place) -> String? {
            guard let replacement = Unicode.Scalar(0xE000 + UInt32(mark)), mark < 0x1000 else { return nil }
            var scalars = Array(yaml.unicodeScalars)
            var line = 1
            var index = 0
            while line < place.line, index < scalars.count {
                if scalars[index] == "\n" { line += 1 }
                index += 1
            }
            index += place.column - 1
            guard index < scalars.count else { return nil }
            if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
            guard index < scalars.count, scalars[index] == key.unicodeScalars.first else { return nil }
            scalars[index] = replacement
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
    }

    /// Turns nodes as Yams has them into ours, counting them: aliases can make a small text stand for a huge tree.
    private struct Converter {
        let lines: [Substring]
        let renamed: [Place: Renaming]
        var left: Int

        mutating func node(_ node: Node, depth: Int) throws(SyntaxError) -> SourceNode {
            let place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? Place(line: 1, column: 1)
            left -= 1
            guard left > 0 else { throw SyntaxError(place: place, message: "the document is too large") }
            guard depth <= SourceNode.deepest else { throw SyntaxError(place: place, message: "nested too deep") }
            switch node {
            case .scalar(let scalar):
                return SourceNode(content: .scalar(converted(scalar, at: place)), place: place)
            case .sequence(let sequence):
                var list: [SourceNode] = []
                for element in sequence { list.append(try self.node(element, depth: depth + 1)) }
                return SourceNode(content: .list(list), place: place)
            case .mapping(let mapping):
                return SourceNode(content: .mapping(try entries(of: mapping, depth: depth)), place: place)
            case .alias:
                throw SyntaxError(place: place, message: "an alias that stands for nothing")
            }
        }

        private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(SyntaxError) -> [Entry] {
            var entries: [Entry] = []
            var earlier: [String: Int] = [:]
            for (key, value) in mapping {
                let place = key.mark.map { Place(line: $0.line, column: $0.column) } ?? Place(line: 1, column: 1)
                guard case .scalar(let scalar) = key else {
                    throw SyntaxError(place: place, message: "a key must be a word, found a list or a mapping")
                }
                if let renaming = renamed[place] {
                    earlier[renaming.key] = place.line
                    continue
                }
                entries.append(Entry(key: scalar.string, place: place, value: try node(value, depth: depth + 1)))
            }
            for index in entries.indices { entries[index].earlierLine = earlier[entries[index].key] }
            return entries
        }

        private func converted(_ scalar: Node.Scalar, at place: Place) -> Scalar {
            let isOneLine = !scalar.string.unicodeScalars.contains("\n")
            switch scalar.style {
            case .plain, .any:
                return Scalar(text: scalar.string, isPlain: true, layout: isOneLine ? .line(0) : .unknown)
            case .singleQuoted, .doubleQuoted:
                let isAsWritten = !scalar.string.unicodeScalars.contains { $0 == "\\" || $0 == "'" || $0 == "\"" }
                return Scalar(
                    text: scalar.string, isPlain: false, layout: isOneLine && isAsWritten ? .line(1) : .unknown)
            case .literal:
                let next = lines.indices.contains(place.line) ? lines[place.line] : ""
                return Scalar(text: scalar.string, isPlain: false, layout: .block(next.prefix { $0 == " " }.count))
            case .folded:
                return Scalar(text: scalar.string, isPlain: false, layout: .unknown)
            }
        }
    }
}

extension SourceNode.SyntaxError {
    fileprivate init(describing error: any Error) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let around = context.map { " (\($0.text) in line \($0.mark.line))" } ?? ""
            self.init(
                place: .init(line: mark.line, column: mark.column), message: "not valid YAML: \(problem)\(around)")
        case YamlError.reader(let problem, let offset, _, let yaml):
            var place = SourceNode.Place(line: 1, column: 1)
            for character in yaml.prefix(offset ?? 0) {
                if character.isNewline {
                    place = SourceNode.Place(line: place.line + 1, column: 1)
                } else {
                    place.column += 1
                }
            }
            self.init(place: place, message: "not valid YAML: \(problem)")
        default:
            self.init(place: .init(line: 1, column: 1), message: "not valid YAML: \(error)")
        }
    }
}
