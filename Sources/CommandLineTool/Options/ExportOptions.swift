import ArgumentParser
import Interchange

/// Where an export goes and in which format.
struct ExportOptions: ParsableArguments {
    static let formats = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")

    @Option(name: .shortAndLong, help: "The file to write; - for standard output.")
    var output: String

    @Option(
        help: """
            html, svg, dot, mermaid, chrome (Perfetto), otlp-json, otlp-protobuf, tgj, json, jsonl, csv, markdown or \
            junit. (default: what the file's extension says: .html, .svg, .dot, .mmd, .chrome.json, .otlp.json, .pb, \
            .tgj, .json, .jsonl, .csv, .md, .xml)
            """)
    var format: String?

    func validate() throws { _ = try chosen() }

    /// The format asked for.
    func chosen() throws -> ExportFormat {
        if let format {
            guard let known = ExportFormat(rawValue: format.lowercased()) else {
                throw ValidationError("--format takes one of \(Self.formats), not '\(format)'")
            }
            return known
        }
        guard let known = ExportFormat(fileName: output) else {
            throw ValidationError("the name '\(output)' tells no format; give --format (\(Self.formats))")
        }
        return known
    }

    /// Puts `content` where it belongs and says so.
    func write(_ content: [UInt8], _ what: String) throws {
        if output == "-" {
            Output.result(bytes: content)
        } else {
            try FileSystem.write(content, to: output)
            Output.message("\(what) → \(output) (\(Figures.bytes(content.count)))")
        }
    }
}
