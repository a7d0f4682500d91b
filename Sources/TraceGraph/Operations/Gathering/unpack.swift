/// The parts of a tuple, each recorded as an `element` with its index: `let (text, score) = unpack(answer)`.
public func unpack<each Element: Sendable>(_ tuple: Traced<(repeat each Element)>) -> (repeat Traced<each Element>) {
    var index = 0
    func next<Part: Sendable>(_ part: Part) -> Traced<Part> {
        defer { index += 1 }
        return traced(
            "element", tuple.as("tuple"), Traced<Int>.constant(index).as("index"),
            documentation: "The part of the tuple at the index."
        ) { _, _ in part }
    }
    let parts = tuple.content
    return (repeat next(each parts))
}

/// The elements of a list of two, each recorded as an `element` with its index: `let (first, second) = try unpack(list)`.
///
/// - Throws: ``OperationError`` with code `wrongCount` for a list of another length.
public func unpack<Element: Sendable>(_ list: Traced<[Element]>) throws -> (Traced<Element>, Traced<Element>) {
    try list.checkCount(2)
    return try (list[0], list[1])
}

/// The same for a list of three.
public func unpack<Element: Sendable>(
    _ list: Traced<[Element]>
) throws -> (Traced<Element>, Traced<Element>, Traced<Element>) {
    try list.checkCount(3)
    return try (list[0], list[1], list[2])
}

/// The same for a list of four.
public func unpack<Element: Sendable>(
    _ list: Traced<[Element]>
) throws -> (Traced<Element>, Traced<Element>, Traced<Element>, Traced<Element>) {
    try list.checkCount(4)
    return try (list[0], list[1], list[2], list[3])
}

extension Traced {
    /// Records a failure `unpack` when the list has not as many elements as it is unpacked into.
    fileprivate func checkCount<Element>(_ count: Int) throws where Content == [Element] {
        guard content.count != count else { return }
        _ = try traced("unpack", self.as("list"), documentation: "The elements of a list, one by one.") {
            list -> Bool in
            throw OperationError(.wrongCount, "\(list.count) elements cannot be unpacked into \(count)")
        }
    }
}
