import Evaluation
import TraceGraph

/// The configuration's files, and what is said about them on the way.
struct PromptfooSource {
    let path: String
    let folder: String
    private let files: SourceFiles
    private(set) var remarks: [String] = []

    init(path: String, files: SourceFiles) {
        self.path = path
        self.folder = SourceFiles.folder(of: path)
        self.files = files
    }

    mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    /// The configuration itself.
    func document() throws(PromptfooError) -> Fields {
        guard let bytes = try contents(of: path, in: "") else { throw PromptfooError("there is no file \(path)") }
        guard let fields = try Self.value(of: bytes, named: path).object else {
            throw PromptfooError("\(path) is no promptfoo configuration; expected a mapping with prompts and tests")
        }
        return fields
    }

    /// Nil when there is no such file.
    private func contents(of name: String, in folder: String) throws(PromptfooError) -> String? {
        let path = SourceFiles.path(name, in: folder)
        do {
            guard let bytes = try files.contents(path) else { return nil }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw PromptfooError("\(path) is not a text in UTF-8")
            }
            return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        } catch let error as PromptfooError {
            throw error
        } catch {
            throw PromptfooError("\(path) cannot be read: \(error)")
        }
    }

    /// The text of a file that the configuration names; nil, after a remark, when it cannot be had.
    mutating func text(of name: String, for what: String) -> String? {
        guard !name.contains("*") else {
            remark("\(what): \(name) means several files; name each of them")
            return nil
        }
        do throws(PromptfooError) {
            if let text = try contents(of: name, in: folder) { return text }
            remark("\(what): there is no file \(name) beside \(path)")
        } catch {
            remark("\(what): \(error.message)")
        }
        return nil
    }

    /// The value in a YAML or JSON file that the configuration names, a list for JSON lines and CSV; nil after a remark.
    mutating func value(of name: String, for what: String) -> Value? {
        guard let text = text(of: name, for: what) else { return nil }
        do throws(PromptfooError) {
            return try Self.value(of: text, named: name)
        } catch {
            remark("\(what): \(error.message)")
            return nil
        }
    }

    /// The value, or what stands in the file it names with `file://`.
    mutating func resolved(_ value: Value, for what: String) -> Value? {
        guard let name = Self.fileName(value) else { return value }
        return self.value(of: name, for: what)
    }

    /// `x.yaml` of `file://x.yaml`.
    static func fileName(_ value: Value?) -> String? {
        guard let text = value?.text, text.hasPrefix("file://") else { return nil }
        return String(text.dropFirst("file://".count))
    }

    /// What the name of a file ends with, in small letters.
    static func ending(_ name: String) -> String { name.split(separator: ".").last.map { $0.lowercased() } ?? "" }

    private static func value(of text: String, named name: String) throws(PromptfooError) -> Value {
        switch ending(name) {
        case "jsonl": return .list(try rows(text, name))
        case "csv":
            do {
                let dataset = try Dataset(contents: text, path: name, format: .commaSeparated)
                return .list(dataset.examples.map { .object($0.fields) })
            } catch {
                throw PromptfooError("\(error)")
            }
        default:
            do throws(SourceNode.SyntaxError) {
                guard let root = try SourceNode.composed(from: text) else { return .null }
                let reader = WorkflowReader(path: name, environment: [:], files: .none)
                return merged(reader.value(of: root) ?? .null)
            } catch {
                throw PromptfooError("\(name):\(error.place.line):\(error.place.column): \(error.message)")
            }
        }
    }

    private static func rows(_ text: String, _ name: String) throws(PromptfooError) -> [Value] {
        var rows: [Value] = []
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { !$0.isWhitespace }) {
            do throws(JSONError) {
                rows.append(try Value(json: String(line)))
            } catch {
                throw PromptfooError("\(name):\(place + 1):\(error.column): not JSON: \(error.message)")
            }
        }
        return rows
    }

    /// `<<: *base` takes the fields of another mapping.
    private static func merged(_ value: Value) -> Value {
        if let list = value.list { return .list(list.map(merged)) }
        guard let fields = value.object else { return value }
        var all = Fields()
        if let base = fields["<<"] {
            for part in base.list ?? [base] {
                for (name, inner) in merged(part).object ?? Fields() where all[name] == nil { all[name] = inner }
            }
        }
        for (name, inner) in fields where name != "<<" { all[name] = merged(inner) }
        return .object(all)
    }
}
