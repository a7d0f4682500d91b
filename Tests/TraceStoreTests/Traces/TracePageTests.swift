import Evaluation
import Foundation
import TraceGraph
import TraceStore
import Testing

@Suite("Pages of the list of traces")
struct TracePageTests {
    private func store(_ folder: TemporaryFolder) throws -> TraceStore {
        let store = try TraceStore(path: folder.database)
        for index in 0..<25 {
            let trace = try Trace(
                nodes: [
                    NodeDraft(base: "x", ordinal: 0, kind: .input, operation: nil, inputs: [], value: .integer(index))
                ]
                    + (0..<(index % 3)).map {
                        NodeDraft(
                            base: "y", ordinal: $0, kind: .operation, operation: 0,
                            inputs: [Node.Input(name: "x", node: NodeID(0))], value: .text("Result \(index)"))
                    }, operations: [Operation(name: "double")], candidate: Candidate(values: [:]),
                outcome: .completed(NodeID(index % 3)), duration: Int64(1_000 - index))
            try store.save(
                trace, workflow: "w", example: Example(id: "e\(index)", fields: ["text": .text("Input \(index)")]),
                score: index % 5 == 0 ? nil : Double(index))
        }
        return store
    }

    @Test("pages follow one another without a gap, in every order, both ways, what has no value last")
    func pages() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        for order in TracePage.Order.allCases {
            for ascends in [false, true] {
                var all: [TraceSummary] = []
                while true {
                    let page = try store.page(by: order, ascends: ascends, limit: 7, from: all.count)
                    #expect(page.total == 25)
                    if page.rows.isEmpty { break }
                    all += page.rows.map(\.summary)
                }
                #expect(Set(all.map(\.id)).count == 25)
                let values = all.compactMap { summary -> Double? in
                    switch order {
                    case .trace: Double(summary.id)
                    case .score: summary.score
                    case .nodes: Double(summary.nodes)
                    case .tokens: Double(summary.usage.totalTokens)
                    case .time: Double(summary.duration)
                    }
                }
                #expect(values == values.sorted(by: ascends ? (<) : (>)), "\(order)")
                if order == .score { #expect(all.suffix(5).allSatisfy { $0.score == nil }) }
            }
        }
    }

    @Test("a search looks into names, inputs and outputs, and takes no character for a wildcard")
    func search() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        func found(_ text: String) throws -> [String?] {
            let page = try store.page(holding: text, limit: 100)
            #expect(page.total == page.rows.count)
            return page.rows.map(\.summary.example)
        }
        #expect(try found("input 13") == ["e13"])
        #expect(try found("RESULT 20") == ["e20"])
        #expect(try found("e7") == ["e7"])
        #expect(try found("%") == [] && found("_") == [] && found("'") == [])
        #expect(try found("").count == 25)
        let row = try #require(try store.page(holding: "Input 13", limit: 1).rows.first)
        #expect(row.input.contains("Input 13") && row.output == "Result 13")
    }

    @Test("a trace knows what it was run again on, and that one its runs again")
    func reruns() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let again = try store.save(try store.trace(id: 3), workflow: "w", rerunOf: 3)
        #expect(try store.reruns(ofTrace: 3).map(\.id) == [again])
        #expect(try store.summary(ofTrace: again).rerunOf == 3 && store.summary(ofTrace: 3).rerunOf == nil)
        #expect(try store.feedbackCount(ofTrace: again) == 0)
        try store.give(Feedback(on: NodeID(0), "more"), toTrace: again)
        #expect(try store.feedbackCount(ofTrace: again) == 1)
    }

    private func trace(_ inputs: [String]) throws -> Trace {
        let nodes = inputs.enumerated().map { place, text in
            NodeDraft(base: "x", ordinal: place, kind: .input, operation: nil, inputs: [], value: .text(text))
        }
        return try Trace(
            nodes: nodes
                + [
                    NodeDraft(
                        base: "y", ordinal: 0, kind: .operation, operation: 0,
                        inputs: [Node.Input(name: "x", node: NodeID(0))], value: .text("out"))
                ], operations: [Operation(name: "double")], candidate: Candidate(values: [:]),
            outcome: .completed(NodeID(nodes.count)), duration: 1)
    }

    @Test("a trace that has no example is found by its inputs, and listed with them")
    func inputs() throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore(path: folder.database)
        for index in 0..<9 {
            try store.save(try trace(["hay \(index)", "100 % Needle \(index)"]), workflow: "imported")
        }
        let found = try store.page(holding: "NEEDLE 4", limit: 10)
        #expect(found.total == 1 && found.rows.first?.input == #"{"x":"hay 4","x:1":"100 % Needle 4"}"#)
        #expect(try store.page(holding: "% needle", limit: 10).total == 9)
        #expect(try store.page(holding: "100 needle", limit: 10).total == 0)
        #expect(try store.page(holding: "out", limit: 2).total == 9)
    }

    @Test("what shows the hold-out is known, whatever part it was kept under")
    func holdout() throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore(path: folder.database)
        func save(_ split: String?, _ example: String?, again: Int? = nil, workflow: String = "w") throws -> Int {
            try store.save(
                try trace(["x"]), workflow: workflow, example: example.map { Example(id: $0, fields: ["t": "x"]) },
                split: split, rerunOf: again)
        }
        let train = try save("train", "a"), held = try save("holdout", "b")
        let again = try save("replay", "changed", again: held)
        let hidden = [
            held, again, try save("replay", "other", again: again), try save(nil, "b"), try save("all", "b"),
            try save("all", "c"),
        ]
        let open = [
            train, try save("replay", "a", again: train), try save("all", "a"), try save(nil, nil), try save(nil, "a"),
            try save("train", "b"), try save(nil, "b", workflow: "another"),
        ]
        let found = try store.tracesOfHoldout(among: hidden + open)
        #expect(found == Set(hidden) && found.isDisjoint(with: open))
        #expect(try hidden.allSatisfy { try store.isOfHoldout(trace: $0) })
        #expect(try !open.contains { try store.isOfHoldout(trace: $0) })
        #expect(try store.tracesOfHoldout(among: [train, again]) == [again])
        #expect(try store.tracesOfHoldout(among: []).isEmpty && !store.isOfHoldout(trace: 999))
    }
}
