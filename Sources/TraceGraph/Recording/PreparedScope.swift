/// A composite operation whose place among others is decided before it runs: what is begun in order is recorded in order,
/// however long each takes.
public struct PreparedScope: Sendable {
    private let name: String
    private let context: Recording.Context?
    private let place: UInt32

    /// Opens a composite operation called `name` inside the one that runs now; nothing outside a recording.
    public init(_ name: String) {
        self.name = name
        context = Recording.current
        place = context.map { $0.recording.open(name, inside: $0.scope) } ?? NodeColumns.none
    }

    /// Runs it, like ``scope(_:inputs:documentation:isolation:_:)``; to be called once.
    public func run<Output: Sendable>(
        inputs: [TracedInput] = [], documentation: String = "", isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Traced<Output>
    ) async throws -> Traced<Output> {
        guard let context else { return try await body() }
        return try await context.run(
            in: place, OperationName(name, documentation: documentation), inputs.map(context.slot),
            isolation: isolation,
            body)
    }
}
