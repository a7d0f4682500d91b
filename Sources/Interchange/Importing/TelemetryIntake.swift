/// Gathers the spans of many requests: the spans of one trace need not come together, nor in order.
public struct TelemetryIntake: Sendable {
    /// Beyond so many spans of traces that are not complete, further requests are refused.
    public static let mostSpans = 200_000

    private var order: [String] = []
    private var groups: [String: [ImportedSpan]] = [:]
    private var count = 0
    private var taken: Set<String> = []
    /// Spans of traces that had been taken out already.
    public private(set) var late = 0

    public init() {}

    /// Adds the spans of one request.
    ///
    /// - Returns: How many there were.
    /// - Throws: ``ImportError`` when the request cannot be read, or too much is waiting.
    @discardableResult
    public mutating func add(
        _ bytes: [UInt8], encoding: TelemetryImport.Encoding? = nil
    ) throws(ImportError) -> Int {
        let spans = try TelemetryImport.spans(of: bytes, encoding: encoding)
        guard count + spans.count <= Self.mostSpans else {
            throw ImportError(.unreadable, "more than \(Self.mostSpans) spans are waiting for the end of their traces")
        }
        for span in spans {
            guard !taken.contains(span.trace) else {
                late += 1
                continue
            }
            if groups[span.trace] == nil { order.append(span.trace) }
            groups[span.trace, default: []].append(span)
            count += 1
        }
        return spans.count
    }

    /// The traces whose outermost span has ended and come, in the order of their first spans.
    public var complete: [String] {
        order.filter { groups[$0]?.contains { $0.parent.isEmpty } == true }
    }

    /// All that are waiting, complete or not.
    public var waiting: [String] { order }

    /// Makes traces of the spans that came for `ids`, and forgets them: what comes for them later is late.
    ///
    /// - Throws: ``ImportError`` as ``TelemetryImport`` does.
    public mutating func take(
        _ ids: [String], workflow: String? = nil, bindings: [SpanBinding] = []
    ) throws(ImportError) -> TelemetryImport {
        var spans: [ImportedSpan] = []
        for id in ids {
            let own = groups.removeValue(forKey: id) ?? []
            spans += own
            count -= own.count
            taken.insert(id)
        }
        order.removeAll { ids.contains($0) }
        return try TelemetryImport(spans, workflow: workflow, bindings: bindings)
    }
}
