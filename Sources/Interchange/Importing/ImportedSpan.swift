import TraceGraph

/// A span of OpenTelemetry as it was read.
struct ImportedSpan {
    /// Hexadecimal.
    var trace: String
    var id: String
    /// Empty for a root.
    var parent: String
    var name: String
    /// Nanoseconds since 1970.
    var start: UInt64
    var end: UInt64
    var attributes: Fields
    /// By name, with their attributes.
    var events: [(name: String, attributes: Fields)]
    /// Spans it points at, with attributes.
    var links: [(span: String, attributes: Fields)]
    /// What went wrong; nil when nothing did.
    var failure: String?
}

/// Spans as the export request of OTLP holds them, in either encoding.
enum TelemetryReader {
    /// The spans in `bytes`: JSON when they begin with a brace (several requests may follow one another, a line each), else
    /// protobuf.
    ///
    /// - Throws: ``ImportError``.
    static func spans(_ bytes: [UInt8]) throws(ImportError) -> [ImportedSpan] {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard first == UInt8(ascii: "{") else { return try protobuf(bytes[...]) }
        if let whole = try? Value(json: bytes) { return try json(whole) }
        var spans: [ImportedSpan] = []
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            do {
                spans += try json(try Value(json: Array(line)))
            } catch let error as ImportError {
                throw error
            } catch {
                throw ImportError("line \(index + 1) is not JSON: \(error)")
            }
        }
        return spans
    }

    // MARK: JSON

    private static func json(_ request: Value) throws(ImportError) -> [ImportedSpan] {
        guard let resources = list(request, "resourceSpans") else {
            throw ImportError("this is no export of traces: 'resourceSpans' is missing")
        }
        return resources.flatMap { list($0, "scopeSpans") ?? list($0, "instrumentationLibrarySpans") ?? [] }
            .flatMap { list($0, "spans") ?? [] }.map(span)
    }

    /// Field names may be written in camel case or with underscores.
    private static func field(_ value: Value, _ name: String) -> Value? {
        if let found = value[name] { return found }
        let other = name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        return value[other]
    }

    private static func list(_ value: Value, _ name: String) -> [Value]? { field(value, name)?.list }

    private static func time(_ value: Value?) -> UInt64 {
        value?.text.flatMap { UInt64($0) } ?? value?.integer.map { UInt64(max(0, $0)) } ?? 0
    }

    private static func span(_ value: Value) -> ImportedSpan {
        let status = field(value, "status")
        let isError = status?["code"]?.integer == 2 || status?["code"]?.text == "STATUS_CODE_ERROR"
        return ImportedSpan(
            trace: identifier(field(value, "traceId")), id: identifier(field(value, "spanId")),
            parent: identifier(field(value, "parentSpanId")), name: value["name"]?.text ?? "span",
            start: time(field(value, "startTimeUnixNano")), end: time(field(value, "endTimeUnixNano")),
            attributes: attributes(value),
            events: (list(value, "events") ?? []).map { ($0["name"]?.text ?? "", attributes($0)) },
            links: (list(value, "links") ?? []).map { (identifier(field($0, "spanId")), attributes($0)) },
            failure: isError ? status?["message"]?.text ?? "" : nil)
    }

    private static func identifier(_ value: Value?) -> String { value?.text?.lowercased() ?? "" }

    private static func attributes(_ value: Value) -> Fields {
        Fields((list(value, "attributes") ?? []).map { ($0["key"]?.text ?? "", any($0["value"] ?? .null)) })
    }

    private static func any(_ value: Value) -> Value {
        if let text = field(value, "stringValue") { return text }
        if let flag = field(value, "boolValue") { return flag }
        if let integer = field(value, "intValue") {
            return integer.text.flatMap { Int($0) }.map(Value.integer) ?? integer
        }
        if let number = field(value, "doubleValue") { return number }
        if let array = field(value, "arrayValue") { return .list((list(array, "values") ?? []).map(any)) }
        if let pairs = field(value, "kvlistValue") {
            return .object(
                Fields((list(pairs, "values") ?? []).map { ($0["key"]?.text ?? "", any($0["value"] ?? .null)) }))
        }
        return field(value, "bytesValue") ?? .null
    }

    // MARK: Protobuf

    private static func protobuf(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> [ImportedSpan] {
        var spans: [ImportedSpan] = []
        for resource in try ProtobufReader(bytes).messages(1) {
            for scope in try resource.messages(2) {
                for span in try scope.messages(2) { spans.append(try self.span(span)) }
            }
        }
        return spans
    }

    private static func span(_ message: ProtobufReader) throws(ImportError) -> ImportedSpan {
        var events: [(name: String, attributes: Fields)] = []
        for event in try message.messages(11) { events.append((event.text(2), try attributes(event, 3))) }
        var links: [(span: String, attributes: Fields)] = []
        for link in try message.messages(13) { links.append((hexadecimal(link.bytes(2)), try attributes(link, 4))) }
        let status = try message.messages(15).last
        return ImportedSpan(
            trace: hexadecimal(message.bytes(1)), id: hexadecimal(message.bytes(2)),
            parent: hexadecimal(message.bytes(4)), name: message.text(5), start: message.number(7) ?? 0,
            end: message.number(8) ?? 0, attributes: try attributes(message, 9), events: events, links: links,
            failure: status?.number(3) == 2 ? status?.text(2) ?? "" : nil)
    }

    private static func attributes(_ message: ProtobufReader, _ number: Int) throws(ImportError) -> Fields {
        var fields = Fields()
        for pair in try message.messages(number) { fields[pair.text(1)] = try any(ProtobufReader(pair.bytes(2))) }
        return fields
    }

    private static func any(_ message: ProtobufReader) throws(ImportError) -> Value {
        guard let (number, field) = message.fields.last else { return .null }
        switch (number, field) {
        case (1, .bytes(let bytes)): return .text(String(decoding: bytes, as: UTF8.self))
        case (2, .number(let value)): return .flag(value != 0)
        case (3, .number(let value)): return .integer(Int(Int64(bitPattern: value)))
        case (4, .number(let value)): return .number(Double(bitPattern: value))
        case (5, .bytes(let bytes)):
            var list: [Value] = []
            for element in try ProtobufReader(bytes).messages(1) { list.append(try any(element)) }
            return .list(list)
        case (6, .bytes(let bytes)): return .object(try attributes(try ProtobufReader(bytes), 1))
        case (7, .bytes(let bytes)): return .bytes(Array(bytes))
        default: return .null
        }
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }
}
