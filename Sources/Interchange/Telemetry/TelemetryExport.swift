public import TraceGraph

/// Traces as a request to an OpenTelemetry collector (OTLP 1), the same content in both of its encodings.
public struct TelemetryExport {
    private static let resource: Fields = [
        "service.name": "optrace", "telemetry.sdk.name": "optrace", "telemetry.sdk.language": "swift",
        // Phoenix sorts traces into projects by it.
        "openinference.project.name": "optrace",
    ]

    private let spans: [TelemetrySpan]

    public init(_ traces: [RecordedTrace]) { spans = traces.flatMap { $0.spans() } }

    /// For `Content-Type: application/json`: ids in hex, 64-bit numbers as text.
    public var json: Value {
        [
            "resourceSpans": [
                [
                    "resource": ["attributes": Self.attributes(Self.resource)],
                    "scopeSpans": [["scope": ["name": "optrace"], "spans": .list(spans.map(Self.json))]],
                ]
            ]
        ]
    }

    /// For `Content-Type: application/x-protobuf`: an `ExportTraceServiceRequest`.
    public var protobuf: [UInt8] {
        var request = ProtobufWriter()
        request.add(1) { resourceSpans in
            resourceSpans.add(1) { resource in
                for (name, value) in Self.resource { resource.add(1) { Self.write(name, value, to: &$0) } }
            }
            resourceSpans.add(2) { scopeSpans in
                scopeSpans.add(1) { $0.add(1, "optrace") }
                for span in spans { scopeSpans.add(2) { Self.write(span, to: &$0) } }
            }
        }
        return request.bytes
    }

    // MARK: JSON

    private static func json(_ span: TelemetrySpan) -> Value {
        var fields: Fields = ["traceId": hex(span.trace), "spanId": hex(span.id)]
        if !span.parent.isEmpty { fields["parentSpanId"] = hex(span.parent) }
        fields["name"] = .text(span.name)
        fields["kind"] = .integer(span.kind.rawValue)
        fields["startTimeUnixNano"] = .text("\(span.start)")
        fields["endTimeUnixNano"] = .text("\(span.end)")
        fields["attributes"] = attributes(span.attributes)
        if !span.events.isEmpty {
            fields["events"] = .list(
                span.events.map {
                    [
                        "timeUnixNano": .text("\($0.time)"), "name": .text($0.name),
                        "attributes": attributes($0.attributes),
                    ]
                })
        }
        if !span.links.isEmpty {
            fields["links"] = .list(
                span.links.map {
                    ["traceId": hex(span.trace), "spanId": hex($0.span), "attributes": attributes($0.attributes)]
                })
        }
        fields["status"] = span.failure.map { ["code": 2, "message": .text($0)] } ?? ["code": 1]
        return .object(fields)
    }

    private static func attributes(_ fields: Fields) -> Value {
        .list(fields.map { ["key": .text($0.name), "value": any($0.value)] })
    }

    private static func any(_ value: Value) -> Value {
        switch value {
        case .flag(let flag): ["boolValue": .flag(flag)]
        case .integer(let integer): ["intValue": .text("\(integer)")]
        case .number(let number) where number.isFinite: ["doubleValue": .number(number)]
        case .list(let list): ["arrayValue": ["values": .list(list.map(any))]]
        default: ["stringValue": .text(Amounts.text(of: value))]
        }
    }

    private static func hex(_ bytes: [UInt8]) -> Value {
        let digits = Array("0123456789abcdef")
        return .text(String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))
    }

    // MARK: Protobuf

    private static func write(_ span: TelemetrySpan, to writer: inout ProtobufWriter) {
        writer.add(1, span.trace)
        writer.add(2, span.id)
        if !span.parent.isEmpty { writer.add(4, span.parent) }
        writer.add(5, span.name)
        writer.add(6, varint: UInt64(span.kind.rawValue))
        writer.add(7, fixed: span.start)
        writer.add(8, fixed: span.end)
        for (name, value) in span.attributes { writer.add(9) { write(name, value, to: &$0) } }
        for event in span.events {
            writer.add(11) { inner in
                inner.add(1, fixed: event.time)
                inner.add(2, event.name)
                for (name, value) in event.attributes { inner.add(3) { write(name, value, to: &$0) } }
            }
        }
        for link in span.links {
            writer.add(13) { inner in
                inner.add(1, span.trace)
                inner.add(2, link.span)
                for (name, value) in link.attributes { inner.add(4) { write(name, value, to: &$0) } }
            }
        }
        writer.add(15) { status in
            if let failure = span.failure { status.add(2, failure) }
            status.add(3, varint: span.failure == nil ? 1 : 2)
        }
    }

    private static func write(_ name: String, _ value: Value, to writer: inout ProtobufWriter) {
        writer.add(1, name)
        writer.add(2) { write(value, to: &$0) }
    }

    private static func write(_ value: Value, to writer: inout ProtobufWriter) {
        switch value {
        case .flag(let flag): writer.add(2, varint: flag ? 1 : 0)
        case .integer(let integer): writer.add(3, varint: UInt64(bitPattern: Int64(integer)))
        case .number(let number) where number.isFinite: writer.add(4, fixed: number.bitPattern)
        case .list(let list):
            writer.add(5) { array in
                for item in list { array.add(1) { write(item, to: &$0) } }
            }
        default: writer.add(1, Amounts.text(of: value))
        }
    }
}
