extension Traced where Content: RandomAccessCollection, Content.Element: Sendable {
    /// What `body` makes of every traced element, with a bounded number of elements under way at once, gathered into one
    /// list in the order of the elements.
    ///
    /// The elements are recorded in order before anything runs; what the bodies record comes in the order it happens to
    /// end. After a failure nothing new is started and what is under way is cancelled.
    ///
    /// - Parameter limit: How many elements may be under way at once; at least one is.
    /// - Throws: What `body` throws; of several failures that of the element that comes first.
    public func map<Output: Sendable>(
        concurrency limit: Int, _ body: @escaping @Sendable (Traced<Content.Element>) async throws -> Traced<Output>
    ) async throws -> Traced<[Output]> {
        let elements = Array(elements)
        var outputs: [Traced<Output>?] = Array(repeating: nil, count: elements.count)
        var failure: (index: Int, error: any Error)?
        await withTaskGroup(of: (index: Int, result: Result<Traced<Output>, any Error>).self) { group in
            var started = 0
            func start() {
                guard started < elements.count, failure == nil, !Task.isCancelled else { return }
                let index = started
                started += 1
                group.addTask {
                    do {
                        return (index, .success(try await body(elements[index])))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<Swift.max(1, limit) { start() }
            while let (index, result) = await group.next() {
                switch result {
                case .success(let output): outputs[index] = output
                case .failure(let error):
                    if Self.weighs(error, at: index, more: failure) { failure = (index, error) }
                    group.cancelAll()
                }
                start()
            }
        }
        if let failure { throw failure.error }
        let all = outputs.compactMap(\.self)
        // Cancelled from outside before everything was started.
        guard all.count == elements.count else { throw CancellationError() }
        return gathered(all)
    }

    /// Runs an operation called `name` on every element, and on `others` besides, with a bounded number of elements under
    /// way at once, and gathers the results into one list in the order of the elements.
    ///
    /// - Parameter limit: How many elements may be under way at once; at least one is.
    /// - Throws: What `body` throws; of several failures that of the element that comes first.
    public func map<each Other: Sendable, Output: Sendable>(
        _ name: String, with others: repeat Traced<each Other>, concurrency limit: Int, documentation: String = "",
        _ body: @escaping @Sendable (Content.Element, repeat each Other) async throws -> Output
    ) async throws -> Traced<[Output]> {
        try await map(concurrency: limit) { [others = (repeat each others)] element in
            let inputs = inputs(element, repeat each others)
            return try await traced(name, inputs: inputs, documentation: documentation) {
                try await body(element.content, repeat (each others).content)
            }
        }
    }

    /// A failure counts before the cancellations that it brings about, then the earlier element before the later.
    private static func weighs(_ error: any Error, at index: Int, more other: (index: Int, error: any Error)?) -> Bool {
        guard let other else { return true }
        switch (error is CancellationError, other.error is CancellationError) {
        case (false, true): return true
        case (true, false): return false
        default: return index < other.index
        }
    }
}
