import TraceGraph

/// The formats that traces and runs are written in.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    case html, svg, dot, mermaid, chrome
    case otlpJSON = "otlp-json"
    case otlpProtobuf = "otlp-protobuf"
    case tgj, json, jsonl, csv, markdown, junit

    /// The format that the name of a file tells; nil when it tells none.
    ///
    /// Of formats that are JSON or XML inside, the part before the extension counts: `t.otlp.json`, `t.chrome.json`.
    public init?(fileName: String) {
        let parts = fileName.lowercased().split(separator: "/").last?.split(separator: ".").map(String.init) ?? []
        guard parts.count > 1, let last = parts.last else { return nil }
        let before = parts.count > 2 ? parts[parts.count - 2] : ""
        switch (before, last) {
        case (_, "html"), (_, "htm"): self = .html
        case (_, "svg"): self = .svg
        case (_, "dot"), (_, "gv"): self = .dot
        case (_, "mmd"), (_, "mermaid"): self = .mermaid
        case ("otlp", "json"): self = .otlpJSON
        case ("chrome", "json"), ("perfetto", "json"), ("trace", "json"): self = .chrome
        case ("tgj", "json"), (_, "tgj"): self = .tgj
        case (_, "json"): self = .json
        case (_, "pb"), (_, "binpb"): self = .otlpProtobuf
        case (_, "jsonl"), (_, "ndjson"): self = .jsonl
        case (_, "csv"): self = .csv
        case (_, "md"), (_, "markdown"): self = .markdown
        case (_, "xml"): self = .junit
        default: return nil
        }
    }

    /// Whether runs can be written in it, too.
    public var isForRuns: Bool {
        switch self {
        case .chrome, .tgj: false
        default: true
        }
    }

    /// The media type of what is written.
    public var mediaType: String {
        switch self {
        case .html: "text/html; charset=utf-8"
        case .svg: "image/svg+xml"
        case .dot: "text/vnd.graphviz"
        case .chrome, .otlpJSON, .tgj, .json: "application/json"
        case .otlpProtobuf: "application/x-protobuf"
        case .jsonl: "application/jsonl"
        case .csv: "text/csv; charset=utf-8"
        case .mermaid, .markdown: "text/plain; charset=utf-8"
        case .junit: "application/xml"
        }
    }
}

extension RecordedTrace {
    /// The trace in `format`.
    ///
    /// - Parameter mayAskGraphviz: Whether `dot` may be started for the layout of drawings.
    public func exported(as format: ExportFormat, mayAskGraphviz: Bool = true) async -> [UInt8] {
        switch format {
        case .html: Array(await html(mayAskGraphviz: mayAskGraphviz).utf8)
        case .svg:
            Array(await GraphDrawing(GraphView(trace), mayAskGraphviz: mayAskGraphviz).svg(title: title).utf8)
        case .dot: Array(GraphView(trace).dot(named: workflow).utf8)
        case .mermaid: Array(GraphView(trace).mermaid.utf8)
        case .chrome: Self.line(chromeTrace)
        case .otlpJSON: Self.line(TelemetryExport([self]).json)
        case .otlpProtobuf: TelemetryExport([self]).protobuf
        case .tgj: Self.line(tgj)
        case .json: Self.line(document)
        case .jsonl: Array(jsonLines.utf8)
        case .csv: Array(csv.utf8)
        case .markdown: Array(markdown.utf8)
        case .junit: Array(junit.utf8)
        }
    }

    private static func line(_ value: Value) -> [UInt8] { Array((value.json + "\n").utf8) }
}

extension RecordedRun {
    /// The run in `format`.
    ///
    /// - Parameters:
    ///   - traces: Its traces, for formats that are made of them (OTLP).
    ///   - mayAskGraphviz: Whether `dot` may be started for the layout of drawings.
    /// - Returns: Nil for formats that only traces have, see ``ExportFormat/isForRuns``.
    public func exported(
        as format: ExportFormat, traces: [RecordedTrace] = [], mayAskGraphviz: Bool = true
    ) async -> [UInt8]? {
        switch format {
        case .html: Array(await html(mayAskGraphviz: mayAskGraphviz).utf8)
        case .svg:
            Array(
                await GraphDrawing(GraphView(candidatesOf: self), mayAskGraphviz: mayAskGraphviz).svg(title: label)
                    .utf8)
        case .dot: Array(GraphView(candidatesOf: self).dot(named: label).utf8)
        case .mermaid: Array(GraphView(candidatesOf: self).mermaid.utf8)
        case .otlpJSON: Array((TelemetryExport(traces).json.json + "\n").utf8)
        case .otlpProtobuf: TelemetryExport(traces).protobuf
        case .json: Array((report.json + "\n").utf8)
        case .jsonl: Array(jsonLines.utf8)
        case .csv: Array(csv.utf8)
        case .markdown: Array(markdown.utf8)
        case .junit: Array(junit.utf8)
        case .chrome, .tgj: nil
        }
    }
}
