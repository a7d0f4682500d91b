/// A template of promptfoo's, in Nunjucks, as one of Optrace's.
///
/// Names, fields, `if`, `else` and `for` over a list have a counterpart. Filters are left out, anything else stays as plain
/// text; both are told.
struct NunjucksText {
    private(set) var text = ""
    /// What has no counterpart, as it is written.
    private(set) var losses: [String] = []
    /// Names that are read from outside, in order of first use.
    private(set) var names: [String] = []

    /// A tag that is open: how it ends, and the name that stands for an element inside.
    private struct Open {
        let name: String
        let element: String?
        let isInverted: Bool
    }

    private var open: [Open] = []

    init(_ source: String) {
        var rest = Substring(source)
        while let start = rest.range(of: "{", from: rest.startIndex) {
            let sign = rest[start.upperBound...].first
            let closing = ["{": "}}", "%": "%}", "#": "#}"][sign.map(String.init) ?? ""]
            guard let closing, let end = rest.range(of: closing, from: rest.index(after: start.upperBound)) else {
                text += rest[..<start.lowerBound]
                rest = rest[start.upperBound...]
                // Two braces that nothing closes are plain text, here as there.
                if sign == "{" {
                    text += "\\{{"
                    rest = rest.dropFirst()
                } else {
                    text += "{"
                }
                continue
            }
            text += rest[..<start.lowerBound]
            let whole = String(rest[start.lowerBound..<end.upperBound])
            let inside = rest[rest.index(after: start.upperBound)..<end.lowerBound]
                .trimming { $0 == "-" || $0.isWhitespace }
            rest = rest[end.upperBound...]
            switch sign {
            case "{": value(inside, whole)
            case "%": tag(inside, whole)
            default: break
            }
        }
        text += rest
        for left in open.reversed() { text += "{{/\(left.name)}}" }
    }

    private mutating func value(_ inside: String, _ whole: String) {
        let parts = inside.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimming(\.isWhitespace) }
        guard let path = parts.first, let written = place(path) else { return keep(whole) }
        if parts.count > 1, parts.dropFirst().contains(where: { !["safe", "dump"].contains($0) }) {
            losses.append(whole)
        }
        text += "{{\(written)}}"
    }

    private mutating func tag(_ inside: String, _ whole: String) {
        let words = inside.split(whereSeparator: \.isWhitespace).map(String.init)
        switch words.first {
        case "if" where words.count == 2, "if" where words.count == 3 && words[1] == "not":
            guard let name = place(words[words.count - 1]) else { return keep(whole) }
            let isInverted = words.count == 3
            open.append(Open(name: name, element: nil, isInverted: isInverted))
            text += "{{\(isInverted ? "^" : "#")\(name)}}"
        case "else" where words.count == 1:
            guard let last = open.last, last.element == nil else { return keep(whole) }
            open.removeLast()
            open.append(Open(name: last.name, element: nil, isInverted: !last.isInverted))
            text += "{{/\(last.name)}}{{\(last.isInverted ? "#" : "^")\(last.name)}}"
        case "for" where words.count == 4 && words[2] == "in":
            guard let name = place(words[3]), Reference.isName(words[1]) else { return keep(whole) }
            open.append(Open(name: name, element: words[1], isInverted: false))
            text += "{{#\(name)}}"
        case "endif" where open.last.map { $0.element == nil } == true,
            "endfor" where open.last?.element != nil:
            text += "{{/\(open.removeLast().name)}}"
        default: keep(whole)
        }
    }

    /// As plain text, where it cannot be read as a tag of a template.
    private mutating func keep(_ whole: String) {
        losses.append(whole)
        text += whole.replacing("{{", with: "\\{{")
    }

    /// `name` or `name.field` as it is written inside the sections that are open; nil for what is no such path.
    private mutating func place(_ written: String) -> String? {
        let parts = written.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, first != "env", Reference.isName(first), !first.contains("-"),
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.unicodeScalars.allSatisfy(TemplateReader.belongsToName) })
        else { return nil }
        if open.contains(where: { $0.element == first }) {
            return parts.count == 1 ? "." : parts.dropFirst().joined(separator: ".")
        }
        if !names.contains(first) { names.append(first) }
        return written
    }
}

extension Substring {
    fileprivate func range(of needle: String, from start: Index) -> Range<Index>? {
        self[start...].firstRange(of: needle)
    }

    fileprivate func trimming(_ isLeft: (Character) -> Bool) -> String {
        var part = self
        while let first = part.first, isLeft(first) { part.removeFirst() }
        while let last = part.last, isLeft(last) { part.removeLast() }
        return String(part)
    }
}
