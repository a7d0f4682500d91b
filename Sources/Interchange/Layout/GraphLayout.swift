/// Where everything of a drawing is, in points; y grows downwards.
public struct GraphLayout: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
        public var x: Double
        public var y: Double

        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    public struct Size: Sendable, Hashable {
        public var width: Double
        public var height: Double

        public init(width: Double, height: Double) {
            self.width = width
            self.height = height
        }
    }

    /// What was asked to lay out: boxes and which leads to which.
    public struct Problem: Sendable {
        public var sizes: [Size]
        public var edges: [(from: Int, to: Int)]

        public init(sizes: [Size], edges: [(from: Int, to: Int)]) {
            self.sizes = sizes
            self.edges = edges
        }
    }

    /// Who laid it out.
    public enum Engine: String, Sendable, Hashable {
        case graphviz, layers
    }

    public var size: Size
    /// The middle of each box.
    public var centres: [Point]
    /// By edge, a curve: a point, then three more for each cubic Bézier piece.
    public var routes: [[Point]]
    public var engine: Engine
}
