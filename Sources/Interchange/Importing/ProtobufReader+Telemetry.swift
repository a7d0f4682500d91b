import TraceGraph

extension ProtobufReader {
    /// How deep values may lie in one another.
    private static let deepest = 100

    /// The spans of an `ExportTraceServiceRequest`, by the field numbers of OTLP 1.
    func telemetrySpans() throws(ImportError) -> [ImportedSpan] {
        var spans: [ImportedSpan] = []
        for resourceSpans in try messages(1) {
            var resource = Fields()
            for message in try resourceSpans.messages(1) { resource = try message.attributes(1) }
            for scopeSpans in try resourceSpans.messages(2) {
                for span in try scopeSpans.messages(2) { spans.append(try span.telemetrySpan(resource)) }
            }
        }
        return spans
    }

    private func telemetrySpan(_ resource: Fields) throws(ImportError) -> ImportedSpan {
        var span = ImportedSpan(
            trace: hex(1), id: hex(2), parent: hex(4), name: text(5), start: word(7) ?? 0, end: word(8) ?? 0,
            attributes: try attributes(9), service: resource["service.name"]?.text ?? "")
        for event in try messages(11) {
            span.events.append(.init(name: event.text(2), attributes: try event.attributes(3)))
        }
        for link in try messages(13) {
            span.links.append(.init(span: link.hex(2), attributes: try link.attributes(4)))
        }
        for status in try messages(15) where status.word(3) == 2 { span.fail(saying: status.text(2)) }
        return span
    }

    private func attributes(_ number: Int, depth: Int = 0) throws(ImportError) -> Fields {
        var fields = Fields()
        for entry in try messages(number) {
            guard let value = try entry.messages(2).last else { continue }
            fields[entry.text(1)] = try value.anyValue(depth)
        }
        return fields
    }

    private func anyValue(_ depth: Int) throws(ImportError) -> Value {
        guard depth < Self.deepest else {
            throw ImportError(.unreadable, "values lie more than \(Self.deepest) deep in one another")
        }
        guard let field = fields.last else { return .null }
        switch (field.number, field.content) {
        case (1, .bytes(let bytes)): return .text(String(decoding: bytes, as: UTF8.self))
        case (2, .varint(let word)): return .flag(word != 0)
        case (3, .varint(let word)): return .integer(Int(Int64(bitPattern: word)))
        case (4, .fixed64(let word)): return .number(Double(bitPattern: word))
        case (5, .bytes(let bytes)):
            var values: [Value] = []
            for value in try ProtobufReader(bytes).messages(1) { values.append(try value.anyValue(depth + 1)) }
            return .list(values)
        case (6, .bytes(let bytes)): return .object(try ProtobufReader(bytes).attributes(1, depth: depth + 1))
        default: return .null
        }
    }

    private func hex(_ number: Int) -> String {
        let digits = Array("0123456789abcdef")
        return String((bytes(number) ?? []).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
