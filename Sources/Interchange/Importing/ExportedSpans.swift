import Foundation
import TraceGraph

/// The spans of one trace that Optrace itself exported: they say what the graph was, so nothing needs to be inferred.
struct ExportedSpans {
    private let spans: [ImportedSpan]

    /// Nil for spans that something else wrote.
    init?(_ spans: [ImportedSpan]) {
        guard spans.contains(where: { $0.attributes["optrace.graph"] != nil || $0.attributes["optrace.record"] != nil })
        else { return nil }
        var seen: Set<String> = []
        self.spans = spans.filter { seen.insert($0.id).inserted }
    }

    /// The trace, as far as ``GraphRecord`` keeps it.
    ///
    /// - Throws: ``ImportError`` with the reason why it cannot be had: something is missing, was changed on its way or by
    ///   somebody, or the bindings ask for something else.
    func recorded(bindings: [SpanBinding]) throws(ImportError) -> RecordedTrace {
        guard let whole = spans.first(where: { $0.attributes["optrace.graph"] != nil }) else {
            throw ImportError(.contradictory, "the span of the whole trace is missing")
        }
        var reader = try GraphRecordReader(Self.value(whole.attributes["optrace.graph"]) ?? .null)
        let others = spans.filter { $0.id != whole.id && !$0.isModelCallOfNode }
        let foreign = others.count { $0.attributes["optrace.record"] == nil }
        guard foreign == 0 else {
            throw ImportError(.contradictory, "\(foreign) of the spans were not exported with it")
        }
        for root in Self.value(whole.attributes["optrace.roots"])?.list ?? [] {
            try reader.add(root, value: .null, at: "a root")
        }
        for span in others {
            try reader.add(
                Self.value(span.attributes["optrace.record"]), value: span.attributes["output.value"] ?? .null,
                at: "'\(span.name)'")
        }
        var trace = try reader.recorded(bindings: bindings)
        trace.recorded = Date(timeIntervalSince1970: Double(whole.end) / 1e9)
        return trace
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
