/// Reads a template from left to right, once.
struct TemplateReader {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var line = 1
    private var column = 1
    private var text = String.UnicodeScalarView()
    private var open: [Section] = []
    private var current: [Template.Part] = []

    private struct Section {
        var path: Template.Path
        var isInverted: Bool
        var before: [Template.Part]
    }

    private enum Tag {
        case value(Template.Path)
        case open(Template.Path, isInverted: Bool)
        case close(Template.Path)
    }

    init(_ source: String) {
        scalars = Array(source.unicodeScalars)
    }

    mutating func parts() throws(TemplateError) -> [Template.Part] {
        while position < scalars.count {
            if scalars[position] == "\\", isOpening(at: position + 1) {
                advance()
                keep(2)
            } else if isOpening(at: position) {
                try readTag()
            } else {
                keep(1)
            }
        }
        if let section = open.last {
            throw error(
                "the section {{#\(section.path.text)}} is not closed, expected {{/\(section.path.text)}}", section.path)
        }
        flush()
        return current
    }

    private mutating func readTag() throws(TemplateError) {
        let start = position
        let tag = try self.tag()
        if case .value(let path) = tag {
            flush()
            current.append(.value(path))
            return
        }
        if let indent = indentOfLine(before: start), let next = startOfLine(after: position) {
            for _ in 0..<indent { _ = text.popLast() }
            while position < next { advance() }
        }
        flush()
        switch tag {
        case .value: break
        case .open(let path, let isInverted):
            guard open.count < Template.deepest else {
                throw error("sections are nested deeper than \(Template.deepest)", path)
            }
            open.append(Section(path: path, isInverted: isInverted, before: current))
            current = []
        case .close(let path):
            guard let section = open.popLast() else {
                throw error("{{/\(path.text)}} closes a section that was never opened", path)
            }
            guard section.path.components == path.components else {
                throw error("expected {{/\(section.path.text)}}, found {{/\(path.text)}}", path)
            }
            let inner = current
            current = section.before
            current.append(.section(section.path, isInverted: section.isInverted, inner))
        }
    }

    private mutating func tag() throws(TemplateError) -> Tag {
        let tagLine = line
        let tagColumn = column
        advance()
        advance()
        skipBlanks()
        var sign: Unicode.Scalar?
        if position < scalars.count, "#^/".unicodeScalars.contains(scalars[position]) {
            sign = scalars[position]
            advance()
            skipBlanks()
        }
        let components = try path(tagLine, tagColumn)
        skipBlanks()
        guard isClosing(at: position) else {
            throw TemplateError(
                .malformed, "expected '}}' after '\(components.joined(separator: "."))'; write \\{{ for a plain {{",
                line: line, column: column)
        }
        advance()
        advance()
        let path = Template.Path(components: components, line: tagLine, column: tagColumn)
        switch sign {
        case "#": return .open(path, isInverted: false)
        case "^": return .open(path, isInverted: true)
        case "/": return .close(path)
        default: return .value(path)
        }
    }

    private mutating func path(_ tagLine: Int, _ tagColumn: Int) throws(TemplateError) -> [String] {
        if position < scalars.count, scalars[position] == "." {
            advance()
            return []
        }
        var components: [String] = []
        while true {
            var name = String.UnicodeScalarView()
            while position < scalars.count, Self.belongsToName(scalars[position]) {
                name.append(scalars[position])
                advance()
            }
            guard !name.isEmpty else {
                throw TemplateError(
                    .malformed, "expected a name after '{{'; write \\{{ for a plain {{", line: tagLine,
                    column: tagColumn)
            }
            components.append(String(name))
            guard position < scalars.count, scalars[position] == "." else { return components }
            advance()
        }
    }

    /// How many blanks stand before `position` on its line; nil when something else does.
    private func indentOfLine(before position: Int) -> Int? {
        var count = 0
        while position - count > 0 {
            switch scalars[position - count - 1] {
            case " ", "\t": count += 1
            case "\n": return count
            default: return nil
            }
        }
        return count
    }

    /// Where the next line starts when nothing but blanks is left of this one; nil otherwise.
    private func startOfLine(after position: Int) -> Int? {
        var next = position
        while next < scalars.count, scalars[next] == " " || scalars[next] == "\t" || scalars[next] == "\r" { next += 1 }
        if next == scalars.count { return next }
        return scalars[next] == "\n" ? next + 1 : nil
    }

    private func isOpening(at index: Int) -> Bool {
        index + 1 < scalars.count && scalars[index] == "{" && scalars[index + 1] == "{"
    }

    private func isClosing(at index: Int) -> Bool {
        index + 1 < scalars.count && scalars[index] == "}" && scalars[index + 1] == "}"
    }

    static func belongsToName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private mutating func skipBlanks() {
        while position < scalars.count, scalars[position] == " " || scalars[position] == "\t" { advance() }
    }

    private mutating func keep(_ count: Int) {
        for _ in 0..<count {
            text.append(scalars[position])
            advance()
        }
    }

    private mutating func advance() {
        if scalars[position] == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        position += 1
    }

    private mutating func flush() {
        guard !text.isEmpty else { return }
        current.append(.text(String(text)))
        text = String.UnicodeScalarView()
    }

    private func error(_ message: String, _ path: Template.Path) -> TemplateError {
        TemplateError(.malformed, message, line: path.line, column: path.column)
    }
}
