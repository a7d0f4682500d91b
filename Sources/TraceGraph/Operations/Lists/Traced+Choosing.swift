extension Traced where Content: RandomAccessCollection, Content.Element: Sendable {
    /// The elements for which `body` gives a true flag, recorded as `filter` with the list and all flags as parents.
    @inlinable
    public func filter(
        _ body: (Traced<Content.Element>) throws -> Traced<Bool>
    ) rethrows -> Traced<[Content.Element]> {
        chosen(by: try elements.map(body))
    }

    /// The same for a body that waits; one element after the other.
    public func filter(
        isolation: isolated (any Actor)? = #isolation, _ body: (Traced<Content.Element>) async throws -> Traced<Bool>
    ) async rethrows -> Traced<[Content.Element]> {
        var flags: [Traced<Bool>] = []
        for element in elements { flags.append(try await body(element)) }
        return chosen(by: flags)
    }

    /// Runs an operation called `name` on every element, and on `others` besides, and keeps the elements for which it is
    /// true: `replies.filter("relevant", with: topic) { reply, topic in reply.contains(topic) }`.
    @inlinable
    public func filter<each Other: Sendable>(
        _ name: String, with others: repeat Traced<each Other>, documentation: String = "",
        _ body: (Content.Element, repeat each Other) throws -> Bool
    ) rethrows -> Traced<[Content.Element]> {
        chosen(
            by: try elements.map { element in
                try traced(name, element, repeat each others, documentation: documentation, body)
            })
    }

    /// The same for an operation that waits; one element after the other.
    public func filter<each Other: Sendable>(
        _ name: String, with others: repeat Traced<each Other>, documentation: String = "",
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Content.Element, repeat each Other) async throws -> Bool
    ) async throws -> Traced<[Content.Element]> {
        // Not a loop here, for the reason given at `map`.
        try await filter(isolation: isolation) { element in
            let inputs = inputs(element, repeat each others)
            return try await traced(name, inputs: inputs, documentation: documentation) {
                try await body(element.content, repeat (each others).content)
            }
        }
    }

    /// What `body` makes of the result so far and every traced element, one after the other; `initial` for no elements.
    @inlinable
    public func reduce<Output: Sendable>(
        _ initial: Traced<Output>, _ body: (Traced<Output>, Traced<Content.Element>) throws -> Traced<Output>
    ) rethrows -> Traced<Output> {
        try elements.reduce(initial, body)
    }

    /// The same for a body that waits.
    public func reduce<Output: Sendable>(
        _ initial: Traced<Output>, isolation: isolated (any Actor)? = #isolation,
        _ body: (Traced<Output>, Traced<Content.Element>) async throws -> Traced<Output>
    ) async rethrows -> Traced<Output> {
        var result = initial
        for element in elements { result = try await body(result, element) }
        return result
    }

    /// Runs an operation called `name` on the result so far and every element, one after the other.
    @inlinable
    public func reduce<Output: Sendable>(
        _ name: String, _ initial: Traced<Output>, documentation: String = "",
        _ body: (Output, Content.Element) throws -> Output
    ) rethrows -> Traced<Output> {
        try elements.reduce(initial) { result, element in
            try traced(name, result.as("result"), element.as("element"), documentation: documentation, body)
        }
    }

    /// The same for an operation that waits.
    public func reduce<Output: Sendable>(
        _ name: String, _ initial: Traced<Output>, documentation: String = "",
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Output, Content.Element) async throws -> Output
    ) async throws -> Traced<Output> {
        var result = initial
        for element in elements {
            result = try await traced(
                name, result.as("result"), element.as("element"), documentation: documentation, body)
        }
        return result
    }

    @usableFromInline
    func chosen(by flags: [Traced<Bool>]) -> Traced<[Content.Element]> {
        traced(
            "filter", inputs: Recording.isActive ? [input(as: "list")] + inputs(flags) : [],
            documentation: "The elements of the list whose flag is true."
        ) { zip(content, flags).filter { $1.content }.map { $0.0 } }
    }
}
