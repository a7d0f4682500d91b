import ContentHash
import TraceGraph

/// A text with the place where it is written.
struct SourceText {
    var text: String
    /// The file it was read from; nil when it stands in the workflow file.
    var file: String?
    /// Where it starts.
    var location: FileLocation
    var layout: SourceNode.Layout

    /// The place of the scalar at `line` and `column` of the text, as closely as it can be told.
    func location(line: Int, column: Int) -> FileLocation {
        var location = self.location
        if file != nil {
            location.line = line
            location.column = column
            return location
        }
        switch layout {
        case .line(let indent): location.column += indent + column - 1
        case .block(let indent):
            location.line += line
            location.column = indent + column
        case .unknown: break
        }
        return location
    }
}

extension WorkflowReader {
    static let filePrefix = "file://"

    /// The bytes of a file named as in the workflow file, or nil after a report.
    func contents(of written: String, at place: SourceNode.Place) -> (path: String, bytes: [UInt8])? {
        let path = SourceFiles.path(written, in: folder)
        do {
            guard let bytes = try files.contents(path) else {
                let from = written == path ? "" : " (looked for at \(path))"
                error(place, "there is no file \(written)\(from); paths are relative to the workflow file")
                return nil
            }
            return (path, bytes)
        } catch {
            self.error(place, "\(written) cannot be read: \(error)")
            return nil
        }
    }

    /// A text that stands in the file or, after `file://`, in another.
    func sourceText(_ entry: SourceNode.Entry) -> SourceText? {
        guard let text = text(entry), case .scalar(let scalar) = entry.value.content else { return nil }
        guard text.hasPrefix(Self.filePrefix) else {
            return SourceText(text: text, file: nil, location: location(entry.value.place), layout: scalar.layout)
        }
        let name = String(text.dropFirst(Self.filePrefix.count))
        guard let (path, bytes) = contents(of: name, at: entry.value.place) else { return nil }
        guard let contents = String(validating: bytes, as: UTF8.self) else {
            error(entry.value.place, "\(name) is not a text in UTF-8")
            return nil
        }
        digests[text] = ContentHash(of: bytes)
        return SourceText(
            text: contents, file: path, location: FileLocation(file: path, line: 1, column: 1), layout: .unknown)
    }

    /// A value that stands in the file or, after `file://`, in another: `.jsonl` a list, `.json` and `.yaml` a value,
    /// anything else a text.
    func sourceValue(_ entry: SourceNode.Entry) -> (value: Value, file: String?)? {
        guard case .scalar(let scalar) = entry.value.content, scalar.text.hasPrefix(Self.filePrefix) else {
            return value(entry).map { ($0, nil) }
        }
        guard let source = sourceText(entry), let file = source.file else { return nil }
        do {
            return (try Self.value(of: source, named: file), file)
        } catch {
            self.error(error.location, error.message)
            return nil
        }
    }

    private static func value(of source: SourceText, named file: String) throws(WorkflowProblem) -> Value {
        let ending = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch ending {
        case "json":
            do {
                return try Value(json: source.text)
            } catch {
                throw WorkflowProblem(
                    .error, at: source.location(line: error.line, column: error.column),
                    "not valid JSON: \(error.message)")
            }
        case "jsonl":
            var values: [Value] = []
            for (index, line) in source.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.contains(where: { !$0.isWhitespace }) {
                do {
                    values.append(try Value(json: String(line)))
                } catch {
                    throw WorkflowProblem(
                        .error, at: source.location(line: index + 1, column: error.column),
                        "not valid JSON: \(error.message)")
                }
            }
            return .list(values)
        case "yaml", "yml":
            do {
                guard let node = try SourceNode.composed(from: source.text) else { return .null }
                return WorkflowReader(path: file, environment: [:], files: .none).value(of: node) ?? .null
            } catch {
                throw WorkflowProblem(
                    .error, at: source.location(line: error.place.line, column: error.place.column), error.message)
            }
        default:
            return .text(source.text)
        }
    }

    /// The text as a template, or nil after a report.
    func template(_ source: SourceText) -> PlacedTemplate? {
        do {
            return PlacedTemplate(try Template(source.text), location: source.location)
        } catch {
            self.error(source.location(line: error.line, column: error.column), error.message)
            return nil
        }
    }
}

extension WorkflowProblem: Error {}

extension SourceFiles {
    /// No files at all.
    static let none = SourceFiles { _ in nil }
}
