import Evaluation
import Interchange
import Testing
import TraceGraph

@Suite("Layouts")
struct LayoutTests {
    /// Random graphs with edges in both directions.
    private static func problem(_ seed: UInt64, boxes: Int) -> GraphLayout.Problem {
        var random = SeededGenerator(seed: seed)
        let sizes = (0..<boxes).map { _ in
            GraphLayout.Size(
                width: Double.random(in: 60...240, using: &random), height: Double.random(in: 30...70, using: &random))
        }
        var edges: Set<[Int]> = []
        for _ in 0..<(boxes * 2) {
            let (a, b) = (Int.random(in: 0..<boxes, using: &random), Int.random(in: 0..<boxes, using: &random))
            if a != b { edges.insert([a, b]) }
        }
        return GraphLayout.Problem(
            sizes: sizes, edges: edges.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { ($0[0], $0[1]) })
    }

    private func check(_ layout: GraphLayout, _ problem: GraphLayout.Problem) {
        #expect(layout.centres.count == problem.sizes.count && layout.routes.count == problem.edges.count)
        for a in problem.sizes.indices {
            let (centre, size) = (layout.centres[a], problem.sizes[a])
            #expect(centre.x - size.width / 2 >= 0 && centre.x + size.width / 2 <= layout.size.width + 0.5)
            #expect(centre.y - size.height / 2 >= 0 && centre.y + size.height / 2 <= layout.size.height + 0.5)
            for b in 0..<a {
                let (other, otherSize) = (layout.centres[b], problem.sizes[b])
                let apart =
                    abs(centre.x - other.x) >= (size.width + otherSize.width) / 2 - 1
                    || abs(centre.y - other.y) >= (size.height + otherSize.height) / 2 - 1
                #expect(apart, "boxes \(a) and \(b) overlap")
            }
        }
        for route in layout.routes { #expect(route.count % 3 == 1) }
    }

    @Test("no two boxes overlap, all lie on the page, and the same problem gives the same layout", arguments: 0..<12)
    func layers(seed: Int) {
        let problem = Self.problem(UInt64(seed), boxes: 1 + seed * 4)
        let layout = GraphLayout(layering: problem)
        check(layout, problem)
        #expect(layout == GraphLayout(layering: problem))
    }

    @Test("what is read stands above what reads it")
    func order() {
        let problem = GraphLayout.Problem(
            sizes: Array(repeating: GraphLayout.Size(width: 80, height: 40), count: 4),
            edges: [(0, 1), (1, 2), (2, 3), (3, 1)])
        let layout = GraphLayout(layering: problem)
        #expect(layout.centres[0].y < layout.centres[1].y && layout.centres[1].y < layout.centres[2].y)
    }

    @Test("Graphviz lays out what it is given; without it there is a layout all the same")
    func graphviz() async {
        let problem = Self.problem(7, boxes: 20)
        let layout = await GraphLayout.best(for: problem)
        check(layout, problem)
        let own = await GraphLayout.best(for: problem, mayAskGraphviz: false)
        #expect(own.engine == .layers)
        #expect(await GraphLayout.best(for: GraphLayout.Problem(sizes: [], edges: [])).centres.isEmpty)
    }
}
