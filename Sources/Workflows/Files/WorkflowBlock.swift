import TraceGraph

/// Steps with a result of their own, inside of another step.
public struct WorkflowBlock: Sendable, Hashable {
    /// In an order in which every step comes after those it reads.
    public var steps: [WorkflowStep]
    public var output: Expression

    /// What it reads from outside, in order, with repeats.
    ///
    /// - Parameter own: Names that stand for something inside only.
    func references(without own: [String] = []) -> [Reference] {
        let inner = Set(steps.map(\.name) + own)
        return (steps.flatMap(\.references) + output.references).filter { !inner.contains($0.name) }
    }

    /// The names of those of its steps that read nothing of `own`, themselves or by way of others.
    func steps(without own: String) -> Set<String> {
        var readers: Set = [own]
        for step in steps where step.references.contains(where: { readers.contains($0.name) }) {
            readers.insert(step.name)
        }
        return Set(steps.map(\.name)).subtracting(readers)
    }

    /// All steps in it, those of inner blocks included.
    var allSteps: [WorkflowStep] { steps.flatMap(\.withInner) }
}

/// Doing the same with every element of a list.
public struct EachAction: Sendable, Hashable {
    public var list: Expression
    /// What the element is called inside.
    public var element: String
    /// Elements under way at once.
    public var concurrency: Int
    public var block: WorkflowBlock
}

/// Doing one thing or another.
public struct WhenAction: Sendable, Hashable {
    public var condition: Condition
    public var then: WorkflowBlock
    /// What the result is otherwise; nothing when left out.
    public var otherwise: WorkflowBlock?
}

/// Doing the same again until something holds.
public struct RepeatAction: Sendable, Hashable {
    /// The most turns.
    public var turns: Int
    /// What the first turn has under the names that are carried from turn to turn.
    public var start: [Binding]
    public var block: WorkflowBlock
    /// What the next turn has under these names; a name that is left out keeps its value, and the only name takes the
    /// result of the turn.
    public var next: [Binding]
    /// When the turn was the last; nil for all turns.
    public var until: Condition?

    /// What its turns read from outside.
    var references: [Reference] {
        let own = Set(block.steps.map(\.name) + start.map(\.name))
        let more = next.flatMap(\.expression.references) + (until?.references ?? [])
        return block.references(without: start.map(\.name)) + more.filter { !own.contains($0.name) }
    }
}

/// Running another workflow file as one step.
public struct WorkflowAction: Sendable, Hashable {
    /// What one of its inputs is given.
    public struct Given: Sendable, Hashable {
        /// The input's name inside of the step.
        public var name: String
        public var kind: WorkflowInput.Kind
        public var value: Expression
    }

    /// The file's path, as it is reached from the outermost one.
    public var path: String
    public var inputs: [Given]
    /// Its steps and output. All names in it begin with the step's name.
    public var block: WorkflowBlock
}

/// What is asked before one thing is done and not another.
public indirect enum Condition: Sendable, Hashable {
    /// Holds for true, for numbers other than 0, and for texts, lists and objects with something in them.
    case holds(Expression)
    case equals(Expression, Expression)
    case contains(Expression, Expression)
    case above(Expression, Expression)
    case below(Expression, Expression)
    case not(Condition)
    case all([Condition])
    case any([Condition])

    /// What it looks at, in order.
    var operands: [Expression] {
        switch self {
        case .holds(let one): [one]
        case .equals(let a, let b), .contains(let a, let b), .above(let a, let b), .below(let a, let b): [a, b]
        case .not(let inner): inner.operands
        case .all(let inner), .any(let inner): inner.flatMap(\.operands)
        }
    }

    var references: [Reference] { operands.flatMap(\.references) }

    /// Whether it holds, given the values of its ``operands``.
    func holds(_ values: inout ArraySlice<Value>) -> Bool {
        func next() -> Value { values.popFirst() ?? .null }
        switch self {
        case .holds: return Self.isSomething(next())
        case .equals:
            let (a, b) = (next(), next())
            return a == b || (a.number != nil && a.number == b.number)
        case .contains:
            let (whole, part) = (next(), next())
            if let list = whole.list { return list.contains(part) }
            if let object = whole.object { return object[part.plainText] != nil }
            return whole.plainText.contains(part.plainText)
        case .above:
            let (a, b) = (Self.number(next()), Self.number(next()))
            return a > b
        case .below:
            let (a, b) = (Self.number(next()), Self.number(next()))
            return a < b
        case .not(let inner): return !inner.holds(&values)
        // Every part takes its own values, whether or not it can still change the answer.
        case .all(let inner): return inner.map { $0.holds(&values) }.allSatisfy { $0 }
        case .any(let inner): return inner.map { $0.holds(&values) }.contains(true)
        }
    }

    /// NaN, which is neither above nor below anything, for what is no number.
    private static func number(_ value: Value) -> Double {
        value.number ?? value.text.flatMap { Double($0.filter { !$0.isWhitespace }) } ?? .nan
    }

    private static func isSomething(_ value: Value) -> Bool {
        switch value {
        case .null: false
        case .flag(let flag): flag
        case .integer(let integer): integer != 0
        case .number(let number): number != 0
        case .text(let text): !text.isEmpty && text.lowercased() != "false"
        case .list(let list): !list.isEmpty
        case .object(let fields): !fields.isEmpty
        case .bytes(let bytes): !bytes.isEmpty
        case .opaque: true
        }
    }
}

/// Asking a server over HTTP.
public struct HTTPAction: Sendable, Hashable {
    /// How the server's answer becomes the step's value.
    public enum Output: String, Sendable, Hashable, CaseIterable {
        /// As the JSON value it is.
        case json
        case text
    }

    /// In capitals.
    public var method: String
    /// Its values are escaped for a URL.
    public var address: PlacedTemplate
    /// With `${NAME}` still in them: filled in for each request, and kept out of everything that is recorded.
    public var headers: [Header]
    /// Sent as JSON, a text as it is; nil for none.
    public var body: Expression?
    public var output: Output

    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String
    }

    /// The methods a step may use.
    static let methods = ["get", "post", "put", "patch", "delete", "head"]
}
