import Foundation
import Interchange
import LanguageModels
import TraceGraph

/// Traces to draw and to export.
enum Samples {
    /// Text that would do harm where it is not taken for text.
    static let hostile =
        "</text></svg><script>alert(1)</script> \u{1B}[31mred\u{202E}evil\u{2066} \"quoted\" 'and' & -->\u{0}\u{7} ```\n]]> <img src=x onerror=alert(2)>"

    /// A map over `count` elements that all read one parameter, then a join; every fourth fails when asked for.
    static func map(_ count: Int, failing: Bool = false, text: String = "x") throws -> Trace {
        var nodes = [
            NodeDraft(
                base: "instruction", ordinal: 0, kind: .parameter, operation: nil, inputs: [], value: .text(text)),
            NodeDraft(base: "list", ordinal: 0, kind: .input, operation: nil, inputs: [], value: .list([.text(text)])),
        ]
        let operations = [Operation(name: "classify", documentation: "Says what it is."), Operation(name: "join")]
        for index in 0..<count {
            let fails = failing && index % 4 == 3
            nodes.append(
                NodeDraft(
                    base: "label", ordinal: index, kind: fails ? .failure : .operation, operation: 0,
                    inputs: [
                        Node.Input(name: "instruction", node: NodeID(0)), Node.Input(name: "text", node: NodeID(1)),
                    ], value: .text(fails ? "(Oops) \(text)" : text), start: Int64(index) * 1_000, duration: 5_000))
        }
        nodes.append(
            NodeDraft(
                base: "all", ordinal: 0, kind: .operation, operation: 1,
                inputs: (0..<count).map { Node.Input(name: "item", node: NodeID($0 + 2)) }, value: .text(text),
                start: Int64(count) * 1_000 + 10_000, duration: 1_000))
        return try Trace(
            nodes: nodes, operations: operations,
            parameters: [NodeID(0): ParameterDefinition("instruction", kind: .text, initial: .text(text))],
            candidate: Candidate(id: Candidate.ID(3), values: ["instruction": .text(text)]),
            outcome: .completed(NodeID(count + 2)), duration: Int64(count) * 1_000 + 20_000,
            calls: [
                ModelCall(
                    node: NodeID(2), model: "openai:small", completion: "abc",
                    usage: Usage(calls: 1, promptTokens: 10, completionTokens: 4, cost: 0.25), wasCached: false,
                    start: 500, duration: 2_000)
            ], feedback: [Feedback(on: NodeID(count + 2), text, scores: ["accuracy": 0.5])])
    }

    /// A loop of `turns`, each reading the turn before.
    static func loop(_ turns: Int) throws -> Trace {
        var nodes = [
            NodeDraft(base: "start", ordinal: 0, kind: .input, operation: nil, inputs: [], value: 0)
        ]
        for turn in 0..<turns {
            nodes.append(
                NodeDraft(
                    base: "improve", ordinal: turn, kind: .operation, operation: 0,
                    inputs: [Node.Input(name: "draft", node: NodeID(turn))], value: .integer(turn + 1)))
        }
        return try Trace(
            nodes: nodes, operations: [Operation(name: "improve")], candidate: Candidate(values: [:]),
            outcome: .completed(NodeID(turns)), duration: 1_000)
    }

    /// `outer` holds two inner steps and a result, then a step reads it.
    static func scoped() throws -> Trace {
        let inner = { (base: String, from: Int, scope: Int?) in
            NodeDraft(
                base: base, ordinal: 0, kind: .operation, operation: base == "outer" ? 1 : 0,
                inputs: [Node.Input(name: "x", node: NodeID(from))], value: .text(base), scope: scope,
                start: Int64(from) * 100, duration: 90)
        }
        return try Trace(
            nodes: [
                NodeDraft(base: "x", ordinal: 0, kind: .input, operation: nil, inputs: [], value: "in"),
                inner("first", 0, 0), inner("second", 1, 0), inner("outer", 2, nil), inner("last", 3, nil),
            ], operations: [Operation(name: "step"), Operation(name: "outer")],
            scopes: [Scope(name: "outer", parent: nil)], candidate: Candidate(values: [:]),
            outcome: .completed(NodeID(4)), duration: 1_000)
    }

    static func recorded(_ trace: Trace, text: String = "hello") -> RecordedTrace {
        RecordedTrace(
            number: 12, trace: trace, workflow: text, run: "\(text)#1", step: 2, example: text, split: "train",
            score: 0.5, recorded: Date(timeIntervalSince1970: 1_700_000_000),
            exchanges: [
                "abc": ModelExchange(
                    request: [
                        "model": "openai:small", "messages": [["role": "user", "content": .text(text)]],
                        "temperature": 0.5,
                    ], reply: ChatReply(text: text, servedBy: "small-1"))
            ])
    }
}
