public import TraceGraph

/// A name that another part of the workflow declares, with fields after it: `$reply`, `$facts.amount`.
public struct Reference: Sendable, Hashable, CustomStringConvertible {
    public var name: String
    public var fields: [String]
    public var location: FileLocation

    public init(_ name: String, fields: [String] = [], location: FileLocation) {
        self.name = name
        self.fields = fields
        self.location = location
    }

    public var description: String { "$" + ([name] + fields).joined(separator: ".") }

    /// Reads `$name` or `$name.field`; nil for anything else.
    init?(_ text: String, location: FileLocation) {
        guard text.hasPrefix("$") else { return nil }
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, Self.isName(name), parts.allSatisfy({ !$0.isEmpty }),
            parts.allSatisfy({ $0.unicodeScalars.allSatisfy(TemplateReader.belongsToName) })
        else { return nil }
        self.init(name, fields: Array(parts.dropFirst()), location: location)
    }

    /// Whether `text` can be the name of something declared: a letter or `_`, then letters, digits, `_` and `-`.
    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
        return text.unicodeScalars.allSatisfy(TemplateReader.belongsToName)
    }
}

/// A template with the place its text comes from.
public struct PlacedTemplate: Sendable, Hashable {
    public var template: Template
    public var location: FileLocation
    /// What names of the text stand for in the workflow, where that is another name.
    public var meanings: [String: String] = [:]

    public init(_ template: Template, location: FileLocation) {
        self.template = template
        self.location = location
    }

    /// What the name in the text stands for in the workflow.
    func meaning(of name: String) -> String { meanings[name] ?? name }
}

/// What stands where a workflow file wants a value: a reference, a text with places to fill, or the value itself.
public indirect enum Expression: Sendable, Hashable {
    case reference(Reference)
    case literal(Value)
    case template(PlacedTemplate)
    case list([Expression])
    case object([Binding])

    /// The references in it, in order; those of a template are the names it reads.
    public var references: [Reference] {
        switch self {
        case .reference(let reference): [reference]
        case .literal: []
        case .template(let placed):
            placed.template.names.map { Reference(placed.meaning(of: $0), location: placed.location) }
        case .list(let elements): elements.flatMap(\.references)
        case .object(let bindings): bindings.flatMap(\.expression.references)
        }
    }
}

/// A name given to an expression: an entry of `with:` or a field of an object.
public struct Binding: Sendable, Hashable {
    public var name: String
    public var expression: Expression

    public init(_ name: String, _ expression: Expression) {
        self.name = name
        self.expression = expression
    }
}
