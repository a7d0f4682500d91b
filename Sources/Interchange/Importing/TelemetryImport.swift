import Foundation
import TraceGraph

/// Traces out of what OpenTelemetry's exporters send (OTLP 1): requests in JSON, one or one a line, or in protobuf.
///
/// Spans become operations, attributes of OpenTelemetry's and OpenInference's conventions for generative AI their inputs,
/// outputs and model calls. OTLP does not say what was made from what: see ``SpanGraph`` for how that is found out, and
/// how an edge that was only inferred is marked.
public struct TelemetryImport: Sendable {
    /// The encodings of a request.
    public enum Encoding: String, Sendable, CaseIterable {
        case json, protobuf
    }

    /// One for each trace id, in the order of their first spans.
    public let traces: [RecordedTrace]
    /// What could not be taken over, a line each.
    public let remarks: [String]

    /// - Parameters:
    ///   - bytes: One request; in JSON also several, one a line.
    ///   - encoding: Nil to tell by the first byte.
    ///   - workflow: What the traces are called; by default after their service.
    ///   - bindings: Inputs of spans that are parameters.
    /// - Throws: ``ImportError``.
    public init(
        _ bytes: [UInt8], encoding: Encoding? = nil, workflow: String? = nil, bindings: [SpanBinding] = []
    ) throws(ImportError) {
        try self.init(try Self.spans(of: bytes, encoding: encoding), workflow: workflow, bindings: bindings)
    }

    static func spans(of bytes: [UInt8], encoding: Encoding?) throws(ImportError) -> [ImportedSpan] {
        switch encoding ?? Self.encoding(of: bytes) {
        case .json: try spans(inJSON: bytes)
        case .protobuf: try ProtobufReader(bytes[...]).telemetrySpans()
        }
    }

    init(_ spans: [ImportedSpan], workflow: String?, bindings: [SpanBinding]) throws(ImportError) {
        guard !spans.isEmpty else {
            throw ImportError(.empty, "there is no span in it; expected an OTLP trace request (resourceSpans)")
        }
        var order: [String] = []
        var groups: [String: [ImportedSpan]] = [:]
        for span in spans {
            if groups[span.trace] == nil { order.append(span.trace) }
            groups[span.trace, default: []].append(span)
        }
        var traces: [RecordedTrace] = []
        var remarks: [String] = []
        for id in order {
            let spans = groups[id] ?? []
            do throws(ImportError) {
                if var trace = try ExportedSpans(spans)?.recorded(bindings: bindings) {
                    if let workflow { trace.workflow = workflow }
                    traces.append(trace)
                    continue
                }
            } catch {
                remarks.append("trace \(id.prefix(8)) is inferred from its spans, because \(error)")
            }
            var graph = SpanGraph(spans, bindings: bindings)
            traces.append(try graph.recorded(workflow: workflow))
            remarks += graph.remarks.map { "trace \(id.prefix(8)): \($0)" }
        }
        self.traces = traces
        self.remarks = remarks
    }

    static func encoding(of bytes: [UInt8]) -> Encoding {
        let first = bytes.first { !UInt8.isBlank($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .protobuf
    }

    // MARK: JSON

    private static func spans(inJSON bytes: [UInt8]) throws(ImportError) -> [ImportedSpan] {
        do {
            return spans(in: try Value(json: bytes))
        } catch {
            // A file exporter writes a request a line.
            var spans: [ImportedSpan] = []
            for (place, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
                guard line.contains(where: { !UInt8.isBlank($0) }) else { continue }
                do {
                    spans += Self.spans(in: try Value(json: Array(line)))
                } catch let other {
                    throw ImportError(
                        .unreadable, place == 0 ? "not JSON: \(error)" : "line \(place + 1) is not JSON: \(other)")
                }
            }
            return spans
        }
    }

    private static func spans(in request: Value) -> [ImportedSpan] {
        let requests = request.list ?? [request]
        return requests.flatMap { request in
            (request["resourceSpans"]?.list ?? []).flatMap { resourceSpans in
                let resource = attributes(resourceSpans["resource"]?["attributes"])
                let scopes = resourceSpans["scopeSpans"] ?? resourceSpans["instrumentationLibrarySpans"]
                return (scopes?.list ?? []).flatMap { scope in
                    (scope["spans"]?.list ?? []).map { span($0, resource) }
                }
            }
        }
    }

    private static func span(_ fields: Value, _ resource: Fields) -> ImportedSpan {
        var span = ImportedSpan(
            trace: fields["traceId"]?.text ?? "", id: fields["spanId"]?.text ?? "",
            parent: fields["parentSpanId"]?.text ?? "", name: fields["name"]?.text ?? "span",
            start: time(fields["startTimeUnixNano"]), end: time(fields["endTimeUnixNano"]),
            attributes: attributes(fields["attributes"]), service: resource["service.name"]?.text ?? "")
        span.events = (fields["events"]?.list ?? []).map {
            .init(name: $0["name"]?.text ?? "", attributes: attributes($0["attributes"]))
        }
        span.links = (fields["links"]?.list ?? []).map {
            .init(span: $0["spanId"]?.text ?? "", attributes: attributes($0["attributes"]))
        }
        let status = fields["status"]
        let code = status?["code"]
        if code?.integer == 2 || code?.text == "STATUS_CODE_ERROR" { span.fail(saying: status?["message"]?.text ?? "") }
        return span
    }

    private static func time(_ value: Value?) -> UInt64 {
        if let text = value?.text { return UInt64(text) ?? 0 }
        return value?.integer.flatMap { UInt64(exactly: $0) } ?? 0
    }

    private static func attributes(_ list: Value?) -> Fields {
        var fields = Fields()
        for entry in list?.list ?? [] {
            if let key = entry["key"]?.text { fields[key] = plain(entry["value"] ?? .null) }
        }
        return fields
    }

    private static func plain(_ value: Value) -> Value {
        if let text = value["stringValue"] { return text }
        if let flag = value["boolValue"] { return flag }
        if let integer = value["intValue"] { return integer.text.flatMap { Int($0) }.map(Value.integer) ?? integer }
        if let number = value["doubleValue"] { return number }
        if let list = value["arrayValue"] { return .list((list["values"]?.list ?? []).map(plain)) }
        if let fields = value["kvlistValue"] { return .object(attributes(fields["values"])) }
        return value["bytesValue"] ?? .null
    }
}

extension ImportedSpan {
    /// Notes that the span failed; an exception's own words come before those of the status.
    mutating func fail(saying message: String) {
        let exception = events.first { $0.name == "exception" }?.attributes["exception.message"]?.text
        failure = exception ?? message
    }
}

extension UInt8 {
    fileprivate static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
