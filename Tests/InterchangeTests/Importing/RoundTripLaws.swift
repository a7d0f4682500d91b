import Foundation
import Interchange
import Testing
import TraceGraph

@Suite("Laws of exports that are imported again")
struct RoundTripLaws {
    /// By format, a trace written and read again.
    static let formats: [(name: String, again: @Sendable (RecordedTrace, [SpanBinding]) throws -> RecordedTrace)] = [
        ("tgj", { try RecordedTrace(tgj: Value(json: $0.tgj.json), bindings: $1) }),
        (
            "otlp-json",
            { try TelemetryImport(Array(TelemetryExport([$0]).json.json.utf8), bindings: $1).traces[0] }
        ),
        ("otlp-protobuf", { try TelemetryImport(TelemetryExport([$0]).protobuf, bindings: $1).traces[0] }),
    ]

    @Test("a trace is read back as it was written: no difference, the same values, calls, feedback and times")
    func identity() throws {
        var seen: Set<String> = []
        for seed in 0..<300 {
            var generator = GeneratedTrace(seed: seed)
            let trace = try generator.trace()
            seen.formUnion(trace.nodes.map(\.kind.name) + [trace.outcome.name])
            let recorded = Samples.recorded(trace)
            for (name, again) in Self.formats {
                let read = try again(recorded, [])
                let other = read.trace
                let changes = GraphDiff(trace, other).changes
                #expect(changes.isEmpty, "\(name) of \(seed)")
                #expect(trace.nodes.map(\.name) == other.nodes.map(\.name), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.value) == other.nodes.map(\.value), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.kind) == other.nodes.map(\.kind), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.operation) == other.nodes.map(\.operation), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.inputs) == other.nodes.map(\.inputs), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.scope) == other.nodes.map(\.scope), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.parameter) == other.nodes.map(\.parameter), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.start) == other.nodes.map(\.start), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.duration) == other.nodes.map(\.duration), "\(name) of \(seed)")
                #expect(trace.scopes == other.scopes && trace.calls == other.calls, "\(name) of \(seed)")
                #expect(trace.feedback == other.feedback && trace.outcome == other.outcome, "\(name) of \(seed)")
                #expect(trace.candidate == other.candidate && trace.duration == other.duration, "\(name) of \(seed)")
                #expect(read.workflow == recorded.workflow && read.split == recorded.split, "\(name) of \(seed)")
                #expect(read.example == recorded.example && read.score == recorded.score, "\(name) of \(seed)")
            }
        }
        #expect(seen.isSuperset(of: Node.Kind.allCases.map(\.name) + ["completed", "failed", "cancelled"]))
    }

    @Test("spans that are lost on the way are told, and the rest is inferred as with anybody's spans")
    func lost() throws {
        let export = TelemetryExport([Samples.recorded(try Samples.map(5))]).json
        var resource = try #require(export["resourceSpans"]?.list?.first?.object)
        var scope = try #require(resource["scopeSpans"]?.list?.first?.object)
        scope["spans"] = .list(try #require(scope["spans"]?.list).filter { $0["name"] != "label:2" })
        resource["scopeSpans"] = [.object(scope)]
        let request: Value = ["resourceSpans": [.object(resource)]]
        let read = try TelemetryImport(Array(request.json.utf8))
        #expect(read.remarks.contains { $0.contains("1 of the 8 nodes that were exported are missing") })
        #expect(read.traces[0].trace.nodes.filter { $0.base == "label" }.count == 4)
    }

    @Test(
        "what a workflow file says of a parameter counts, and a parameter that the trace does not have is still bound")
    func bindings() throws {
        let recorded = Samples.recorded(try Samples.map(3))
        let own = ParameterDefinition(
            "instruction", kind: .text, initial: "", constraint: ParameterConstraint(maximumLength: 99))
        let other = ParameterDefinition("given", kind: .text, initial: "")
        for (name, again) in Self.formats {
            let known = try again(recorded, [SpanBinding(own, span: "label", input: "instruction")]).trace
            #expect(known.nodes.first?.parameter == own && known.nodes.count == recorded.trace.nodes.count, "\(name)")
            let bound = try again(recorded, [SpanBinding(other, span: "classify", input: "instruction")]).trace
            let alike = try again(recorded, [SpanBinding(other, span: "label:0", input: "instruction")]).trace
            #expect([bound, alike].contains { $0.nodes.contains { $0.parameter?.name == "given" } }, "\(name)")
        }
    }

    @Test("a document that was edited is read by its own fields")
    func edited() throws {
        var document = try #require(Samples.recorded(try Samples.map(3)).tgj.object)
        document["nodes"] = .list(try #require(document["nodes"]?.list).filter { $0["id"] != "all:0" })
        document["exports"] = ["output": ["ref": "label:1"]]
        let trace = try RecordedTrace(tgj: .object(document)).trace
        #expect(trace.result?.name == "label:1" && trace.nodes.count == 5)
    }
}
