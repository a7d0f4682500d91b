import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// Does the same with every element of a list, several at once; the result is the list of results, in order.
    func every(_ action: EachAction, in step: WorkflowStep, _ known: Known) async throws -> Traced<Value> {
        let list = try value(of: action.list, base: step.base("list"), known)
        let elements = try Self.elements(of: list.value, in: step)
        return try await scope(
            step.name, inputs: [list.input(as: "list")],
            documentation: Self.sentence(step, "Does the same with every element of the list."), location: ""
        ) {
            // Opened in order, so that elements are recorded in theirs.
            let scopes = elements.map { _ in PreparedScope(step.base("item")) }
            let earlier = Self.equalsBefore(elements)
            let blind = action.block.steps(without: action.element)
            let results = try await Self.concurrently(elements.count, atMost: action.concurrency) { place in
                try await scopes[place].run(
                    inputs: [list.input(as: "list")], documentation: "Works on one element of the list."
                ) {
                    let element = traced(
                        "element", node: action.element, inputs: [list.input(as: "list")],
                        documentation: "Takes one element out of the list."
                    ) { elements[place] }
                    // What does not look at the element is meant as often as there are elements.
                    let anew = self.again(place, in: step.name)
                    return try await self.again(earlier[place], in: step.name).run(
                        action.block, known.merging([action.element: element]) { _, new in new },
                        base: step.base("result"),
                        sampling: Dictionary(uniqueKeysWithValues: blind.map { ($0, anew) }))
                }
            }
            return traced(
                "gather", node: step.base("all"),
                inputs: results.enumerated().map { $1.input(as: "element\($0)") }, documentation: "Makes a list."
            ) { Value.list(results.map(\.value)) }
        }
    }

    /// A list, or a text that holds one as JSON.
    private static func elements(of value: Value, in step: WorkflowStep) throws(WorkflowError) -> [Value] {
        if let list = value.list { return list }
        if let text = value.text, let list = (try? Value(json: text))?.list { return list }
        throw WorkflowError(.wrongInput, "'each' of step '\(step.name)' wants a list, found a \(value.kindName)")
    }

    /// How many elements before each are equal to it.
    private static func equalsBefore(_ elements: [Value]) -> [Int] {
        var counts: [Value: Int] = [:]
        return elements.map { element in
            counts[element, default: 0] += 1
            return counts[element, default: 1] - 1
        }
    }

    /// The results of `body` for 0 up to `count`, in order; when some fail, the failure of the first of them, once all
    /// have ended: which are asked must not depend on which reply comes first, or a replay would ask others. Only what
    /// ends the run keeps the rest from being started.
    private static func concurrently(
        _ count: Int, atMost most: Int, _ body: @escaping @Sendable (Int) async throws -> Traced<Value>
    ) async throws -> [Traced<Value>] {
        var results = [Result<Traced<Value>, any Error>?](repeating: nil, count: count)
        await withTaskGroup(of: BlockEnding.self) { group in
            var next = 0
            var isOver = false
            func startNext() {
                guard next < count, !isOver, !Task.isCancelled else { return }
                let place = next
                next += 1
                group.addTask {
                    do {
                        return BlockEnding(place, .success(try await body(place)))
                    } catch {
                        return BlockEnding(place, .failure(error))
                    }
                }
            }
            for _ in 0..<min(most, count) { startNext() }
            for await ending in group {
                results[ending.place] = ending.result
                if case .failure(let error) = ending.result, error.isEndOfRun {
                    isOver = true
                    group.cancelAll()
                }
                startNext()
            }
        }
        // Before those that it cancelled.
        for case .failure(let error)? in results where error.isEndOfRun { throw error }
        try Task.checkCancellation()
        for case .failure(let error)? in results { throw error }
        return try results.compactMap { try $0?.get() }
    }

    /// Does one thing or another, or nothing.
    func when(_ when: WhenAction, in step: WorkflowStep, _ known: Known) async throws -> Traced<Value> {
        let holds = try answer(when.condition, base: step.base("condition"), known)
        return try await scope(
            step.name, inputs: [holds.input(as: "condition")],
            documentation: Self.sentence(
                step, "Does one thing when the condition holds, and another when it does not."), location: ""
        ) {
            guard let block = holds.value == true ? when.then : when.otherwise else {
                return .sharedConstant(.null, name: step.base("nothing"))
            }
            return try await self.run(block, known, base: step.base("result"))
        }
    }

    /// Does the same again until something holds, handing values from turn to turn; the result of the last turn.
    func repeated(_ action: RepeatAction, in step: WorkflowStep, _ known: Known) async throws -> Traced<Value> {
        var carried: Known = [:]
        for binding in action.start {
            carried[binding.name] = try value(of: binding.expression, base: step.base(binding.name), known)
        }
        let start = carried
        return try await scope(
            step.name, inputs: action.start.compactMap { start[$0.name]?.input(as: $0.name) },
            documentation: Self.sentence(
                step, "Does the same again until it is good enough, at most \(action.turns) times."),
            location: ""
        ) {
            var carried = start
            for turn in 0..<action.turns {
                let (result, next, isLast) = try await self.turn(turn, of: action, in: step, known, carried)
                if isLast || turn == action.turns - 1 { return result }
                carried = next
            }
            return .sharedConstant(.null, name: step.base("nothing"))
        }
    }

    private func turn(
        _ turn: Int, of action: RepeatAction, in step: WorkflowStep, _ known: Known, _ carried: Known
    ) async throws -> (result: Traced<Value>, next: Known, isLast: Bool) {
        var next = carried
        var isLast = false
        let result = try await PreparedScope(step.base("turn")).run(
            inputs: action.start.compactMap { carried[$0.name]?.input(as: $0.name) }, documentation: "One turn."
        ) {
            // A turn that asks what one before has asked is meant to hear something else.
            let inside = try await self.again(turn, in: step.name).finished(
                action.block.steps, known.merging(carried) { _, new in new })
            let result = try self.value(of: action.block.output, base: step.base("result"), inside)
            for binding in action.next {
                next[binding.name] = try self.value(of: binding.expression, base: step.base(binding.name), inside)
            }
            if let until = action.until {
                isLast = try self.answer(until, base: step.base("until"), inside).value == true
            }
            return result
        }
        if action.next.isEmpty, let only = action.start.first, action.start.count == 1 { next[only.name] = result }
        return (result, next, isLast)
    }

    /// Whether a condition holds, as a node that reads what it looked at.
    private func answer(_ condition: Condition, base: String, _ known: Known) throws -> Traced<Value> {
        let operands = try condition.operands.map { try value(of: $0, base: "\(base)_value", known) }
        return traced(
            "condition", node: base, inputs: operands.enumerated().map { $1.input(as: "value\($0)") },
            documentation: "Says whether the condition holds."
        ) {
            var values = operands.map(\.value)[...]
            return Value.flag(condition.holds(&values))
        }
    }

    static func sentence(_ step: WorkflowStep, _ sentence: String) -> String {
        step.description.isEmpty ? sentence : step.description
    }
}

/// How the work on one element ended.
private final class BlockEnding: Sendable {
    let place: Int
    let result: Result<Traced<Value>, any Error>

    init(_ place: Int, _ result: Result<Traced<Value>, any Error>) {
        self.place = place
        self.result = result
    }
}
