/// A text with places to fill: `{{name}}`, `{{name.field}}`, and sections `{{#name}}…{{/name}}` and `{{^name}}…{{/name}}`.
///
/// A section over a list stands once for each element, over anything else once when it is true, not empty and not null;
/// an inverted section stands when the other would not. Inside, names are looked up in the element first, then outside;
/// `{{.}}` is the element itself. What is put in stays as it is and is never read as a template again. `\{{` is a plain
/// `{{`. A section's tag that has a line to itself takes that line with it.
public struct Template: Sendable, Hashable {
    /// The text as it was written.
    public let source: String
    let parts: [Part]

    indirect enum Part: Sendable, Hashable {
        case text(String)
        case value(Path)
        case section(Path, isInverted: Bool, [Part])
    }

    /// A name with fields after it, and where it stands.
    struct Path: Sendable, Hashable {
        /// Empty for `.`, the element of the section around it.
        let components: [String]
        let line: Int
        let column: Int

        var text: String { components.isEmpty ? "." : components.joined(separator: ".") }
    }

    /// The deepest sections may be nested.
    static let deepest = 64

    /// Reads a template.
    ///
    /// - Throws: ``TemplateError`` with the code `malformed`.
    /// - Complexity: O(length of `source`), one pass.
    public init(_ source: String) throws(TemplateError) {
        self.source = source
        var reader = TemplateReader(source)
        self.parts = try reader.parts()
    }

    /// The names it reads, in order of first use. Names inside a section count, because they may mean something outside.
    public var names: [String] { occurrences.map(\.name) }

    /// The names that have to be known from outside: those that no section around them could provide.
    var requiredNames: [Path] {
        var paths: [Path] = []
        func walk(_ parts: [Part], isInside: Bool) {
            for part in parts {
                switch part {
                case .text: break
                case .value(let path):
                    if !isInside { paths.append(path) }
                case .section(let path, let isInverted, let inner):
                    if !isInside { paths.append(path) }
                    walk(inner, isInside: isInside || !isInverted)
                }
            }
        }
        walk(parts, isInside: false)
        return paths
    }

    private var occurrences: [(name: String, path: Path)] {
        var seen: Set<String> = []
        var all: [(String, Path)] = []
        func note(_ path: Path) {
            guard let name = path.components.first, seen.insert(name).inserted else { return }
            all.append((name, path))
        }
        func walk(_ parts: [Part]) {
            for part in parts {
                switch part {
                case .text: break
                case .value(let path): note(path)
                case .section(let path, _, let inner):
                    note(path)
                    walk(inner)
                }
            }
        }
        walk(parts)
        return all
    }

    /// The first name that nothing is known under, as an error that says what is available; nil when there is none.
    ///
    /// - Parameter available: The names that can be used, in the order they should be told.
    public func unknownName(among available: [String]) -> TemplateError? {
        let known = Set(available)
        for path in requiredNames {
            guard let name = path.components.first else {
                return TemplateError(
                    .unknownName, "'{{.}}' stands outside of a list section", line: path.line, column: path.column)
            }
            if !known.contains(name) { return Self.unknown(path, available: available) }
        }
        return nil
    }

    static func unknown(_ path: Path, available: [String]) -> TemplateError {
        let name = path.components.first ?? path.text
        let suggestion = Spelling.suggestion(for: name, among: available)
        let list = available.isEmpty ? "nothing" : available.joined(separator: ", ")
        return TemplateError(
            .unknownName, "uses {{\(path.text)}}\(suggestion); available: \(list)", line: path.line, column: path.column
        )
    }
}
