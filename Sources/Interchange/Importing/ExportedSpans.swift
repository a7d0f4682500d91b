import Foundation
import TraceGraph

/// The spans of one trace that Optrace itself exported: they say what the graph was, so nothing needs to be inferred.
struct ExportedSpans {
    private var reader: GraphRecordReader
    private let nodes: [ImportedSpan]
    private let roots: [Value]
    private let ended: UInt64
    private(set) var remarks: [String] = []

    /// Nil for spans that something else wrote, or wrote something to.
    init?(_ spans: [ImportedSpan]) {
        var seen: Set<String> = []
        let spans = spans.filter { seen.insert($0.id).inserted }
        guard let whole = spans.first(where: { $0.attributes["optrace.graph"] != nil }),
            let reader = GraphRecordReader(Self.value(whole.attributes["optrace.graph"]))
        else { return nil }
        self.reader = reader
        roots = Self.value(whole.attributes["optrace.roots"])?.list ?? []
        let others = spans.filter { $0.id != whole.id && !$0.isModelCallOfNode }
        nodes = others.filter { $0.attributes["optrace.record"] != nil }
        ended = whole.end
        guard nodes.count == others.count else { return nil }
    }

    /// The trace as it was, but for what it is called here; nil, with a remark, where it cannot be had.
    mutating func recorded(bindings: [SpanBinding]) -> RecordedTrace? {
        var isSound = true
        for root in roots where !reader.add(root, value: .null) { isSound = false }
        for span in nodes {
            let record = Self.value(span.attributes["optrace.record"]) ?? .null
            if !reader.add(record, value: span.attributes["output.value"] ?? .null) { isSound = false }
        }
        if isSound, var trace = reader.recorded(bindings: bindings) {
            trace.recorded = Date(timeIntervalSince1970: Double(ended) / 1e9)
            return trace
        }
        if reader.read < reader.count {
            remarks.append(
                "\(reader.count - reader.read) of the \(reader.count) nodes that were exported are missing; what was made "
                    + "from what is inferred")
        }
        return nil
    }

    private static func value(_ attribute: Value?) -> Value? {
        guard let text = attribute?.text else { return nil }
        do throws(JSONError) {
            return try Value(json: text)
        } catch {
            // Cut on its way: the same as if it had not come.
            return nil
        }
    }
}
