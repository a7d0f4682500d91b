/// One of two values, both already computed, recorded as `cond` with all three as parents: feedback about the choice
/// reaches the condition and both values.
@inlinable
public func cond<Content>(
    _ condition: Traced<Bool>, then first: Traced<Content>, else second: Traced<Content>
) -> Traced<Content> {
    traced(
        "cond", condition.as("condition"), first.as("then"), second.as("else"),
        documentation: "The value after then when the condition holds, else the other."
    ) { $0 ? $1 : $2 }
}

/// With plain values, which become constants.
@inlinable @_disfavoredOverload
public func cond<Content>(
    _ condition: Traced<Bool>, then first: Traced<Content>, else second: Content
) -> Traced<Content> {
    cond(condition, then: first, else: .constant(second))
}
@inlinable @_disfavoredOverload
public func cond<Content>(
    _ condition: Traced<Bool>, then first: Content, else second: Traced<Content>
) -> Traced<Content> {
    cond(condition, then: .constant(first), else: second)
}
@inlinable @_disfavoredOverload
public func cond<Content: Sendable>(
    _ condition: Traced<Bool>, then first: Content, else second: Content
) -> Traced<Content> {
    cond(condition, then: .constant(first), else: .constant(second))
}

/// The value of one of two branches, of which only that one runs, recorded as `cond` with the condition and the branch
/// taken as parents.
///
/// ```swift
/// let answer = try await cond(confidence > 0.9) { draft } else: { try await revise(draft) }
/// ```
@inlinable
public func cond<Content>(
    _ condition: Traced<Bool>, then first: () throws -> Traced<Content>, else second: () throws -> Traced<Content>
) rethrows -> Traced<Content> {
    if condition.content {
        return traced(
            "cond", condition.as("condition"), try first().as("then"),
            documentation: "The value of the branch that ran."
        ) { $1 }
    }
    return traced(
        "cond", condition.as("condition"), try second().as("else"),
        documentation: "The value of the branch that ran."
    ) { $1 }
}

/// The same for branches that wait.
public func cond<Content>(
    _ condition: Traced<Bool>, isolation: isolated (any Actor)? = #isolation,
    then first: () async throws -> Traced<Content>, else second: () async throws -> Traced<Content>
) async rethrows -> Traced<Content> {
    if condition.content {
        return traced(
            "cond", condition.as("condition"), try await first().as("then"),
            documentation: "The value of the branch that ran."
        ) { $1 }
    }
    return traced(
        "cond", condition.as("condition"), try await second().as("else"),
        documentation: "The value of the branch that ran."
    ) { $1 }
}
