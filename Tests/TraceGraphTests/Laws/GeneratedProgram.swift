import TraceGraph

/// A random workflow as a tree, so that one and the same can be computed plainly, recorded in order, and recorded with
/// its branches side by side.
///
/// Every step adds one variable, and steps name earlier variables by number.
struct GeneratedProgram: Sendable {
    indirect enum Step: Sendable {
        case input(base: String, Value)
        /// Recorded where it is used.
        case literal(base: String?, Value)
        case sharedConstant(base: String, Value)
        case parameter(Int)
        case operation(Action)
        case composite(String, inputs: [Use], Block)
        /// Blocks that may run side by side; their results are put together by one operation.
        case parallel([Block])
        /// `turns` times the block, which finds the state of the loop as its last variable before its own.
        case loop(turns: Int, state: Int, Block)
    }

    struct Block: Sendable {
        var steps: [Step]
        var result: Int
    }

    struct Use: Sendable {
        var variable: Int
        var label: String?
    }

    /// One operation; what it computes depends on its number and its inputs alone.
    struct Action: Sendable {
        enum Mishap: Sendable { case none, caught, fatal }

        var number: Int
        var name: String
        var node: String?
        var inputs: [Use]
        var waits: Bool
        var callsModel: Bool
        var mishap: Mishap

        func result(of inputs: [Value]) throws(Mishapped) -> Value {
            var digest = number &* 31
            for input in inputs { for byte in input.canonicalJSON.utf8 { digest = (digest &* 33 &+ Int(byte)) % 9973 } }
            if mishap != .none, digest % 2 == 0 { throw Mishapped(number: number, says: digest % 4 == 0) }
            switch number % 4 {
            case 0: return .integer(digest % 5)
            case 1: return .text("\(name) \(digest % 50)")
            case 2: return .list([.integer(digest % 3)] + inputs.prefix(1))
            default: return .integer(digest)
            }
        }
    }

    var parameters: [ParameterDefinition]
    var body: Block
}

/// What a failing operation throws: an error of its own kind, sometimes without any message.
struct Mishapped: NamedFailure, Hashable {
    let number: Int
    let says: Bool

    var failureName: String { "Mishap\(number)" }
    var failureMessage: String { says ? "it went wrong" : "" }
    var failureDetail: String? { number % 2 == 0 ? "line 1\n> line 2" : nil }
}

/// Makes random programs.
struct ProgramGenerator {
    private var random: TestRandom
    private var actions = 0
    /// How many more steps may be made, so that no program grows without end.
    private var left: Int
    private let bases: [String]

    static let plainBases = ["draft", "answer", "score", "plan", "check", "x"]
    /// Such as are easily mistaken for one another.
    static let awkwardBases = [
        "x", "x1", "x:1", "x:10", "x1:0", "x_1", "x_1_0", "", "1", "_1", "é", "a b", "a_b", ":", "x:",
    ]

    init(seed: Int, size: Int = 24, bases: [String] = plainBases) {
        random = TestRandom(seed)
        left = size
        self.bases = bases
    }

    mutating func program() -> GeneratedProgram {
        let parameters = (0..<number(0...3)).map { place in
            ParameterDefinition(
                "parameter\(place)", kind: .integer, initial: .integer(number(0...9)),
                constraint: ParameterConstraint(range: 0...100), documentation: place == 0 ? "" : "counts")
        }
        var steps: [GeneratedProgram.Step] = [.input(base: "question", value())]
        steps += parameters.indices.map { .parameter($0) }
        return GeneratedProgram(parameters: parameters, body: block(after: steps, known: 0, depth: 3))
    }

    private mutating func block(
        after first: [GeneratedProgram.Step], known: Int, depth: Int
    ) -> GeneratedProgram.Block {
        var steps = first
        for _ in 0..<number(1...7) where left > 0 {
            left -= 1
            steps.append(step(known: known + steps.count, depth: depth))
        }
        let last = known + steps.count - 1
        return GeneratedProgram.Block(steps: steps, result: chance(5) ? number(0...last) : last)
    }

    private mutating func step(known: Int, depth: Int) -> GeneratedProgram.Step {
        switch number(0...(depth > 0 ? 19 : 15)) {
        case 0: return .input(base: base(), value())
        case 1: return .literal(base: chance(2) ? base() : nil, value())
        case 2: return .sharedConstant(base: base(), value())
        case 3...15: return .operation(action(known: known))
        case 16:
            return .composite(
                base(), inputs: uses(0...2, known: known), block(after: [], known: known, depth: depth - 1))
        case 17: return .loop(turns: number(0...4), state: number(0...(known - 1)), turn(known: known, depth: depth))
        default:
            let count = number(1...4)
            // Sometimes all the same, as a map over items is.
            let model = block(after: [], known: known, depth: depth - 1)
            let isMap = chance(3)
            return .parallel(
                (0..<count).map { place in
                    place == 0 || isMap ? model : block(after: [], known: known, depth: depth - 1)
                })
        }
    }

    private mutating func turn(known: Int, depth: Int) -> GeneratedProgram.Block {
        let state = GeneratedProgram.Action(
            number: actions, name: base(), node: nil, inputs: [GeneratedProgram.Use(variable: known, label: nil)],
            waits: false, callsModel: false, mishap: .none)
        actions += 1
        return block(after: [.operation(state)], known: known + 1, depth: depth - 1)
    }

    private mutating func action(known: Int) -> GeneratedProgram.Action {
        actions += 1
        let waits = chance(2)
        return GeneratedProgram.Action(
            number: actions - 1, name: base(), node: chance(4) ? base() : nil, inputs: uses(0...4, known: known),
            waits: waits, callsModel: waits && chance(3), mishap: chance(8) ? .caught : chance(40) ? .fatal : .none)
    }

    private mutating func uses(_ count: ClosedRange<Int>, known: Int) -> [GeneratedProgram.Use] {
        var uses = (0..<number(count)).map { place in
            // Mostly what was made last, as programs do.
            let variable = chance(2) ? known - 1 - number(0...min(2, known - 1)) : number(0...(known - 1))
            return GeneratedProgram.Use(variable: variable, label: chance(4) ? "argument\(place)" : nil)
        }
        if let one = uses.first, chance(6) { uses.append(one) }
        return uses
    }

    private mutating func base() -> String { bases[number(0...(bases.count - 1))] }

    private mutating func value() -> Value { chance(2) ? .integer(number(0...3)) : .text("word \(number(0...9))") }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// True once in `times`.
    private mutating func chance(_ times: Int) -> Bool { number(1...times) == 1 }
}
