// A transformation with a name is an operation on plain values, recorded once for every element, as `traced` would. One
// without a name is a piece of workflow that gets every element traced and records what it does itself.

extension Traced where Content: RandomAccessCollection, Content.Element: Sendable {
    /// What `body` makes of every traced element, in order, gathered into one list.
    @inlinable
    public func map<Output: Sendable>(
        _ body: (Traced<Content.Element>) throws -> Traced<Output>
    ) rethrows -> Traced<[Output]> {
        gathered(try elements.map(body))
    }

    /// The same for a body that waits; one element after the other.
    public func map<Output: Sendable>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Traced<Content.Element>) async throws -> Traced<Output>
    ) async rethrows -> Traced<[Output]> {
        var outputs: [Traced<Output>] = []
        for element in elements { outputs.append(try await body(element)) }
        return gathered(outputs)
    }

    /// Runs an operation called `name` on every element, and on `others` besides, and gathers the results into one list:
    /// `reviews.map("score", with: scale) { review, scale in … }`.
    @inlinable
    public func map<each Other: Sendable, Output: Sendable>(
        _ name: String, with others: repeat Traced<each Other>, documentation: String = "",
        _ body: (Content.Element, repeat each Other) throws -> Output
    ) rethrows -> Traced<[Output]> {
        gathered(
            try elements.map { element in
                try traced(name, element, repeat each others, documentation: documentation, body)
            })
    }

    /// The same for an operation that waits; one element after the other.
    public func map<each Other: Sendable, Output: Sendable>(
        _ name: String, with others: repeat Traced<each Other>, documentation: String = "",
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Content.Element, repeat each Other) async throws -> Output
    ) async throws -> Traced<[Output]> {
        // The loop is in a function without a pack: one that calls with a pack in a loop, and waits there, ends in
        // "freed pointer was not the last allocation" (Swift 6.3).
        try await map(isolation: isolation) { element in
            let inputs = inputs(element, repeat each others)
            return try await traced(name, inputs: inputs, documentation: documentation) {
                try await body(element.content, repeat (each others).content)
            }
        }
    }

    /// The results as one list; of an empty list it is the list itself that the result comes from.
    @usableFromInline
    func gathered<Output>(_ outputs: [Traced<Output>]) -> Traced<[Output]> {
        guard outputs.isEmpty else { return gather(outputs) }
        return traced("gather", self, documentation: "The values as one list.") { _ in [] }
    }
}
