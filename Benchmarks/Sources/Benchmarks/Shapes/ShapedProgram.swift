import Optrace

/// A program whose execution graph has a certain shape, with one parameter at its root.
struct ShapedProgram<Content: Addend>: Sendable {
    let shape: Shape
    /// About how many operations it runs.
    let count: Int
    @Parameter<Content> var start: Content

    init(_ shape: Shape, count: Int) {
        self.shape = shape
        self.count = count
        _start = Parameter(wrappedValue: .sample, "start", kind: Content.parameterKind)
    }

    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func run() -> Traced<Content> {
        shape.run(TracedAdder<Content>(), count: count, $start, Traced(.sample, name: "other"))
    }

    func record() async -> Trace {
        await Trace.record { run() }
    }
}
