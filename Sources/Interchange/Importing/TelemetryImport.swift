public import TraceGraph

/// Traces made of the spans of OpenTelemetry.
///
/// A span is an operation, with the spans below it inside of it. What a span says it read and made (GenAI attributes,
/// OpenInference's `input.value` and `output.value`) is its input and its value. Telemetry knows no edges but links, so
/// the others are inferred: from a text that another span made and that is found in what this one read, else from
/// whatever ended last before it began. Their argument names say so: `retrieve (inferred)`.
public enum TelemetryImport {
    /// One trace, and what it is called.
    public struct Imported: Sendable {
        /// The identifier that the spans have in common.
        public let identifier: String
        /// The name of its root span.
        public let name: String
        public let trace: Trace
        public let spans: Int
        public let inferredEdges: Int
    }

    /// The traces in an OTLP export request, JSON or protobuf, in the order they began.
    ///
    /// - Throws: ``ImportError`` when the bytes are none.
    /// - Complexity: O(spans²) text searches within a trace at the most.
    public static func traces(in bytes: [UInt8]) throws(ImportError) -> [Imported] {
        let spans = try TelemetryReader.spans(bytes)
        guard !spans.isEmpty else { throw ImportError("there are no spans in it") }
        let groups = Dictionary(grouping: spans, by: \.trace)
        let ordered = groups.sorted { a, b in
            let (first, second) = (a.value.map(\.start).min() ?? 0, b.value.map(\.start).min() ?? 0)
            return (first, a.key) < (second, b.key)
        }
        var traces: [Imported] = []
        for (identifier, spans) in ordered {
            var builder = TelemetryGraph(spans)
            traces.append(try builder.imported(as: identifier))
        }
        return traces
    }
}
