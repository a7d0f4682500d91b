import Interchange
import Testing
import TraceGraph

@Suite("The graph that is drawn of a trace")
struct GraphViewTests {
    @Test("a map is one vertex with its count, and every node is in exactly one vertex", arguments: [3, 40, 5_000])
    func folded(count: Int) throws {
        let trace = try Samples.map(count)
        let view = GraphView(trace)
        #expect(view.vertices.map(\.count) == [1, 1, count, 1])
        #expect(view.vertices.map(\.shape) == [.parameter, .value, .operation, .operation])
        let members = view.vertices.flatMap(\.members)
        #expect(members.count == trace.nodes.count && Set(members).count == members.count)
        for (place, vertex) in view.vertices.enumerated() {
            for member in vertex.members { #expect(view.places[member.index] == place) }
        }
        #expect(view.edges.map(\.count).reduce(0, +) == 3 * count)
        #expect(view.vertices[2].usage.totalTokens == 14)
    }

    @Test("two of a kind are not folded")
    func pair() throws {
        let view = GraphView(try Samples.map(2))
        #expect(view.vertices.map(\.count) == [1, 1, 1, 1, 1])
    }

    @Test("the turns of a loop are one vertex that reads itself")
    func loop() throws {
        let view = GraphView(try Samples.loop(50))
        #expect(view.vertices.map(\.count) == [1, 50])
        #expect(view.vertices.map(\.isLoop) == [false, true])
        #expect(view.edges.count == 1)
    }

    @Test("a composite operation is one vertex until it is opened")
    func scopes() throws {
        let trace = try Samples.scoped()
        #expect(trace.resultsOfScopes == [NodeID(3)])
        let closed = GraphView(trace)
        #expect(closed.vertices.map(\.id) == ["n0", "s0", "n4"])
        #expect(closed.vertices[1].members == [NodeID(1), NodeID(2), NodeID(3)])
        #expect(closed.vertices[1].canOpen && closed.vertices[1].title == "outer")
        #expect(closed.vertices[1].duration == 90)
        let open = GraphView(trace, opened: ["s0"])
        #expect(open.vertices.map(\.id) == ["n0", "n1", "n2", "n3", "n4"])
    }

    @Test("an opened fold shows what failed first, and keeps the rest folded")
    func opened() throws {
        let trace = try Samples.map(400, failing: true)
        let folded = GraphView(trace)
        #expect(folded.vertices.map(\.failures).max() == 100)
        let view = GraphView(trace, opened: ["f2"])
        let single = view.vertices.filter { $0.title.hasPrefix("label") && $0.count == 1 }
        #expect(single.count == GraphView.mostOpened)
        #expect(single.allSatisfy { $0.failures == 1 })
        #expect(view.vertices.reduce(0) { $0 + $1.count } == 403)
        #expect(view.vertices.first { $0.id == "f2" }?.count == 400 - GraphView.mostOpened)
        #expect(GraphView(trace, opened: ["*"]).vertices.count == 403)
    }

    @Test("changes are marked where they are, removed nodes are shown, and the same trace shows none")
    func changes() throws {
        let (old, new) = (try Samples.map(2, text: "a"), try Samples.map(1, text: "b"))
        let view = GraphView(new, comparedBy: GraphDiff(old, new))
        #expect(view.vertices.first { $0.title == "instruction" }?.change == .changed)
        #expect(view.vertices.first { $0.title == "instruction" }?.isOrigin == true)
        #expect(view.vertices.contains { $0.change == .removed && $0.id.hasPrefix("r") })
        #expect(
            view.edges.allSatisfy { view.vertices.indices.contains($0.from) && view.vertices.indices.contains($0.to) })
        let same = GraphView(new, comparedBy: GraphDiff(new, new))
        #expect(same.vertices.allSatisfy { $0.change == nil })
    }

    @Test("branches that run at once have lanes of their own; parts lie in the lane of the whole")
    func lanes() throws {
        let schedule = LaneSchedule(try Samples.map(4))
        #expect(schedule.laneCount == 4)
        for lane in 0..<schedule.laneCount {
            let bars = schedule.bars.filter { $0.lane == lane && $0.depth == 0 }
            for (a, b) in zip(bars, bars.dropFirst()) { #expect(a.start + a.duration <= b.start) }
        }
        let call = try #require(schedule.bars.first { $0.call != nil })
        let outer = try #require(schedule.bars.first { $0.node == call.node && $0.call == nil })
        #expect(call.lane == outer.lane && call.depth == outer.depth + 1)
        #expect(LaneSchedule(try Samples.scoped()).laneCount == 1)
    }
}
