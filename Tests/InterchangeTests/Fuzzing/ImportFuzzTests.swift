import Foundation
import Interchange
import TestFuzzing
import Testing
import TraceGraph

/// What other programs recorded, mutated: each file is imported as a sound trace, or refused with a reason.
@Suite("Fuzzed imports", .timeLimit(Fuzz.patience)) struct ImportFuzzTests {
    private static func request(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Importing/Requests")
        return [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    private static let words = [
        "\"resourceSpans\"", "\"scopeSpans\"", "\"spans\"", "\"traceId\"", "\"spanId\"", "\"parentSpanId\"", "\"name\"",
        "\"startTimeUnixNano\"", "\"endTimeUnixNano\"", "\"attributes\"", "\"key\"", "\"value\"", "\"stringValue\"",
        "\"intValue\"", "\"arrayValue\"", "\"kvlistValue\"", "\"status\"", "\"links\"", "\"events\"", "{", "}", "[",
        "]",
        ":", ",", "18446744073709551615", "\"9223372036854775807\"", "gen_ai.usage.input_tokens", "input.value",
    ]

    /// Whether a trace can be walked, drawn and written as any other.
    private func check(_ recorded: RecordedTrace) throws {
        let trace = recorded.trace
        for node in trace.nodes {
            #expect(node.inputs.allSatisfy { $0.node.index < node.id.index }, "a node is made from earlier ones")
            #expect(node.duration >= 0)
        }
        #expect(Set(trace.nodes.map(\.name)).count == trace.nodes.count)
        _ = GraphDiff(trace, trace)
        _ = recorded.tgj.json
    }

    @Test("spans in JSON") func json() throws {
        let sound = String(decoding: try Self.request("python-sdk.json"), as: UTF8.self)
        Fuzz.run("spans", 600, Mutator(corpus: [sound], words: Self.words, seed: 21)) { bytes, _ in
            do throws(ImportError) {
                for recorded in try TelemetryImport(bytes, encoding: .json).traces { expectSound(recorded) }
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }

    @Test("spans in protobuf") func protobuf() throws {
        let sound = try Self.request("python-sdk.pb")
        let words: [[UInt8]] = [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
            [0x0A, 0x00], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x12], [0x39], [0x41], [0x0B], [0x0C], [0x00],
        ]
        Fuzz.run("protobuf", 1_000, Mutator(bytes: [sound], words: words, seed: 22)) { bytes, _ in
            do throws(ImportError) {
                for recorded in try TelemetryImport(bytes, encoding: .protobuf).traces { expectSound(recorded) }
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }

    @Test("TGJ") func tgj() throws {
        let corpus =
            [
                try Samples.map(3, failing: true), try Samples.loop(2),
            ].map { Samples.recorded($0).tgj.json } + [
                #"{"tgj": "1.0", "agent_id": "planner", "nodes": {"a": {"kind": "message", "name": "a", "description": "[g] Asks.", "inputs": {"p": {"ref": "p"}, "s": {"literal": "x"}}, "output": {"name": "out", "value": "42"}}, "p": {"kind": "parameter", "name": "p", "trainable": true, "value": "Say it."}}, "exports": {"output": {"ref": "a"}}}"#
            ]
        let words = [
            "\"ref\"", "\"literal\"", "\"kind\"", "\"parameter\"", "\"message\"", "\"value\"", "\"inputs\"",
            "\"nodes\"",
            "\"exports\"", "\"trainable\"", "{", "}", "[", "]", ":", ",", "\"id\"", "\"name\"", "\"a\"", "\"p\"",
        ]
        Fuzz.run("tgj", 1_000, Mutator(corpus: corpus, words: words, seed: 23)) { bytes, _ in
            guard let document = try? Value(json: String(decoding: bytes, as: UTF8.self)) else { return }
            do throws(ImportError) {
                expectSound(try RecordedTrace(tgj: document))
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }

    private func expectSound(_ recorded: RecordedTrace) {
        #expect(throws: Never.self) { try check(recorded) }
    }
}
