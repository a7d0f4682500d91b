/// Several values as one list, recorded as `gather` with all of them as parents, in order.
public func gather<Element: Sendable>(_ values: [Traced<Element>]) -> Traced<[Element]> {
    traced("gather", inputs: inputs(values), documentation: "The values as one list.") { values.map(\.content) }
}

/// Several values by name as one dictionary, recorded as `gather` with all of them as parents under their names.
public func gather<Element: Sendable>(_ values: [String: Traced<Element>]) -> Traced<[String: Element]> {
    traced(
        "gather",
        inputs: Recording.isActive ? values.sorted { $0.key < $1.key }.map { $0.value.input(as: $0.key) } : [],
        documentation: "The values by name."
    ) { values.mapValues(\.content) }
}

/// Several values of any types as one tuple, recorded as `gather` with all of them as parents, in order.
@inlinable
public func gather<each Element: Sendable>(_ values: repeat Traced<each Element>) -> Traced<(repeat each Element)> {
    traced("gather", repeat each values, documentation: "The values together.") { (plain: repeat each Element) in
        (repeat each plain)
    }
}

/// Nothing is built outside a recording.
func inputs<Element>(_ values: [Traced<Element>]) -> [TracedInput] {
    Recording.isActive ? values.map { $0.input() } : []
}

func inputs<each Content>(_ values: repeat Traced<each Content>) -> [TracedInput] {
    guard Recording.isActive else { return [] }
    var inputs: [TracedInput] = []
    for value in repeat each values { inputs.append(value.input()) }
    return inputs
}
