/// How a function is called: its name, the names of its parameters, and what the author noted about types.
///
/// Written as `normalise(reply: str) -> str`. Annotations are kept as texts: they tell people and models what is meant
/// and are not enforced.
public struct EntrySignature: Sendable, Hashable, CustomStringConvertible {
    /// One named parameter.
    public struct Parameter: Sendable, Hashable {
        public let name: String
        /// The type as written, when one is.
        public let annotation: String?
        /// The default as written, when there is one: the argument may then be left out.
        public let defaultValue: String?

        public init(name: String, annotation: String? = nil, defaultValue: String? = nil) {
            self.name = name
            self.annotation = annotation
            self.defaultValue = defaultValue
        }
    }

    public let name: String
    public let parameters: [Parameter]
    /// The result's type as written, when one is.
    public let result: String?

    /// Reads a signature.
    ///
    /// - Throws: ``CodeError/Code/badSignature`` saying what was found and what was expected.
    public init(_ text: String) throws(CodeError) {
        var reader = SignatureReader(text)
        (name, parameters, result) = try reader.signature()
    }

    public var description: String {
        let inside = parameters.map { parameter in
            let annotation = parameter.annotation.map { ": \($0)" } ?? ""
            let space = parameter.annotation == nil ? "" : " "
            return parameter.name + annotation + (parameter.defaultValue.map { "\(space)=\(space)\($0)" } ?? "")
        }
        return "\(name)(\(inside.joined(separator: ", ")))\(result.map { " -> \($0)" } ?? "")"
    }
}

/// Reads `name(parameter: type = default, …) -> type`.
private struct SignatureReader {
    private let text: String
    private let characters: [Character]
    private var position = 0

    init(_ text: String) {
        self.text = text
        self.characters = Array(text)
    }

    mutating func signature() throws(CodeError) -> (String, [EntrySignature.Parameter], String?) {
        let name = try identifier("the function's name")
        guard take("(") else { throw unexpected("'(' after the name '\(name)'") }
        var parameters: [EntrySignature.Parameter] = []
        skipSpace()
        while !take(")") {
            let parameter = try self.parameter()
            guard !parameters.contains(where: { $0.name == parameter.name }) else {
                throw error("the parameter '\(parameter.name)' is named twice")
            }
            if parameter.defaultValue == nil, let last = parameters.last, last.defaultValue != nil {
                throw error("'\(parameter.name)' needs a default, because '\(last.name)' before it has one")
            }
            parameters.append(parameter)
            skipSpace()
            if take(",") { skipSpace() } else if peek != ")" { throw unexpected("',' or ')'") }
        }
        skipSpace()
        var result: String?
        if take("-") {
            guard take(">") else { throw unexpected("'->'") }
            result = try expression("the result's type", until: [])
        }
        skipSpace()
        guard position == characters.count else { throw unexpected(result == nil ? "'->' or the end" : "the end") }
        return (name, parameters, result)
    }

    private mutating func parameter() throws(CodeError) -> EntrySignature.Parameter {
        if let first = peek, first == "*" || first == "/" {
            throw error("'\(first)' cannot be used: every parameter is passed by its own name")
        }
        let name = try identifier("a parameter's name")
        var annotation: String?
        var defaultValue: String?
        skipSpace()
        if take(":") { annotation = try expression("the type of '\(name)'", until: [",", ")", "="]) }
        if take("=") { defaultValue = try expression("the default of '\(name)'", until: [",", ")"]) }
        return EntrySignature.Parameter(name: name, annotation: annotation, defaultValue: defaultValue)
    }

    private mutating func identifier(_ what: String) throws(CodeError) -> String {
        skipSpace()
        let start = position
        while let character = peek, character.isLetter || character == "_" || (position > start && character.isNumber) {
            position += 1
        }
        guard position > start else { throw unexpected(what) }
        let name = String(characters[start..<position])
        skipSpace()
        if name == "def" { throw error("leave out 'def': write only \(Self.example)") }
        return name
    }

    /// Text up to one of `ends` outside of brackets and quotes.
    private mutating func expression(_ what: String, until ends: Set<Character>) throws(CodeError) -> String {
        skipSpace()
        let start = position
        var closers: [Character] = []
        while let character = peek {
            if closers.isEmpty, ends.contains(character) { break }
            switch character {
            case "(": closers.append(")")
            case "[": closers.append("]")
            case "{": closers.append("}")
            case ")", "]", "}":
                guard closers.popLast() == character else { throw unexpected("no '\(character)' here") }
            case "\"", "'": try skipQuoted(character)
            default: break
            }
            position += 1
        }
        if let closer = closers.last { throw unexpected("'\(closer)'") }
        let found = String(characters[start..<position])
        let trimmed = found.trimmingSpace
        guard !trimmed.isEmpty else { throw unexpected(what) }
        return trimmed
    }

    private mutating func skipQuoted(_ quote: Character) throws(CodeError) {
        position += 1
        while let character = peek, character != quote { position += character == "\\" ? 2 : 1 }
        guard position < characters.count else { throw error("a text in \(quote)quotes\(quote) is not closed") }
    }

    private var peek: Character? { position < characters.count ? characters[position] : nil }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let character = peek, character.isWhitespace { position += 1 }
    }

    private static let example = "normalise(reply: str) -> str"

    private func unexpected(_ expected: String) -> CodeError {
        let found = peek.map { "found '\($0)' at column \(position + 1)" } ?? "the text ends"
        return error("\(found), expected \(expected)")
    }

    private func error(_ problem: String) -> CodeError {
        CodeError(.badSignature, "entry '\(text)': \(problem). Write it as \(Self.example)")
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
