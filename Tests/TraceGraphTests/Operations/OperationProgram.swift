import TraceGraph

/// A random program over whole numbers, flags, texts and lists, which can be run on plain and on traced values.
indirect enum OperationProgram {
    enum Arithmetic: CaseIterable { case add, subtract, multiply, divide, remainder, min, max }
    enum Comparison: CaseIterable { case equal, unequal, less, atMost, greater, atLeast }

    indirect enum Whole {
        case input(Int)
        case literal(Int)
        case plain(Arithmetic, Whole, Int)
        case plainLeft(Arithmetic, Int, Whole)
        case binary(Arithmetic, Whole, Whole)
        case negate(Whole)
        case absolute(Whole)
        case power(Whole, Int)
        case count(Text)
        case sum(List)
        case element(List, Whole)
        case cond(Flag, Whole, Whole)
        case lazyCond(Flag, Whole, Whole)
        case reduce(List)
    }

    indirect enum Flag {
        case literal(Bool)
        case compare(Comparison, Whole, Whole)
        case compareTexts(Comparison, Text, Text)
        case and(Flag, Flag)
        case or(Flag, Flag)
        case not(Flag)
        case containsText(Text, Text)
        case containsElement(List, Whole)
        case isEmpty(List)
    }

    indirect enum Text {
        case input(Int)
        case literal(String)
        case concatenate(Text, Text)
        case uppercase(Text)
        case lowercase(Text)
        case trim(Text)
        case reverse(Text)
        case replace(Text, String, Text)
        case prefix(Text, Whole)
        case dropFirst(Text, Whole)
        case slice(Text, Whole, Whole)
        case splitAndJoin(Text, String, Text)
        case format(Whole, Text)
    }

    indirect enum List {
        case input(Int)
        case gather([Whole])
        case append(List, Whole)
        case concatenate(List, List)
        case sort(List)
        case reverse(List)
        case suffix(List, Whole)
        case dropLast(List, Whole)
        case slice(List, Int, Int)
        case addToAll(List, Whole)
        case double(List)
        case keepGreater(List, Whole)
        case keepOdd(List)
    }

    case whole(Whole)
    case flag(Flag)
    case text(Text)
    case list(List)
}

/// What the programs start from.
struct OperationInputs<Whole, Text, List> {
    var wholes: [Whole]
    var texts: [Text]
    var lists: [List]
}

extension OperationProgram {
    static func generated(depth: Int, using random: inout TestRandom) -> OperationProgram {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .whole(.generated(depth, &random))
        case 1: .flag(.generated(depth, &random))
        case 2: .text(.generated(depth, &random))
        default: .list(.generated(depth, &random))
        }
    }

    static func inputs(using random: inout TestRandom) -> OperationInputs<Int, String, [Int]> {
        OperationInputs(
            wholes: (0..<3).map { _ in .generated(&random) },
            texts: (0..<3).map { _ in .generated(&random) },
            lists: (0..<2).map { _ in (0..<Int.random(in: 0..<5, using: &random)).map { _ in .generated(&random) } })
    }
}

extension Int {
    /// Small numbers mostly, and now and then one at the edge.
    static func generated(_ random: inout TestRandom) -> Int {
        Int.random(in: 0..<20, using: &random) == 0
            ? [.max, .min, .max - 1].randomElement(using: &random) ?? 0 : Int.random(in: -4...9, using: &random)
    }
}

extension String {
    static func generated(_ random: inout TestRandom) -> String {
        ["", " ", "a", "B", "a b", "  Ärger, 👩‍👩‍👧‍👦 \n", "ab,cd,", "e\u{301}é", "aaa"].randomElement(using: &random) ?? ""
    }
}

extension OperationProgram.Whole {
    static func generated(_ depth: Int, _ random: inout TestRandom) -> Self {
        typealias OperationProgram = TraceGraphTests.OperationProgram
        let next = depth - 1
        let operation = OperationProgram.Arithmetic.allCases.randomElement(using: &random) ?? .add
        switch Int.random(in: 0..<(depth > 0 ? 16 : 3), using: &random) {
        case 0, 1: return .input(Int.random(in: 0..<3, using: &random))
        case 2: return .literal(.generated(&random))
        case 3: return .plain(operation, .generated(next, &random), .generated(&random))
        case 4: return .plainLeft(operation, .generated(&random), .generated(next, &random))
        case 5, 6, 7: return .binary(operation, .generated(next, &random), .generated(next, &random))
        case 8: return .negate(.generated(next, &random))
        case 9: return .absolute(.generated(next, &random))
        case 10: return .power(.generated(next, &random), Int.random(in: -1...5, using: &random))
        case 11: return .count(.generated(next, &random))
        case 12: return .sum(.generated(next, &random))
        case 13: return .element(.generated(next, &random), .generated(next, &random))
        case 14:
            return Bool.random(using: &random)
                ? .cond(.generated(next, &random), .generated(next, &random), .generated(next, &random))
                : .lazyCond(.generated(next, &random), .generated(next, &random), .generated(next, &random))
        default: return .reduce(.generated(next, &random))
        }
    }
}

extension OperationProgram.Flag {
    static func generated(_ depth: Int, _ random: inout TestRandom) -> Self {
        typealias OperationProgram = TraceGraphTests.OperationProgram
        let next = depth - 1
        let comparison = OperationProgram.Comparison.allCases.randomElement(using: &random) ?? .equal
        switch Int.random(in: 0..<(depth > 0 ? 9 : 1), using: &random) {
        case 0: return .literal(Bool.random(using: &random))
        case 1, 2: return .compare(comparison, .generated(next, &random), .generated(next, &random))
        case 3: return .compareTexts(comparison, .generated(next, &random), .generated(next, &random))
        case 4: return .and(.generated(next, &random), .generated(next, &random))
        case 5: return .or(.generated(next, &random), .generated(next, &random))
        case 6: return .not(.generated(next, &random))
        case 7: return .containsText(.generated(next, &random), .generated(next, &random))
        default:
            return Bool.random(using: &random)
                ? .containsElement(.generated(next, &random), .generated(next, &random))
                : .isEmpty(.generated(next, &random))
        }
    }
}

extension OperationProgram.Text {
    static func generated(_ depth: Int, _ random: inout TestRandom) -> Self {
        let next = depth - 1
        switch Int.random(in: 0..<(depth > 0 ? 14 : 3), using: &random) {
        case 0, 1: return .input(Int.random(in: 0..<3, using: &random))
        case 2: return .literal(.generated(&random))
        case 3, 4: return .concatenate(.generated(next, &random), .generated(next, &random))
        case 5: return .uppercase(.generated(next, &random))
        case 6: return .lowercase(.generated(next, &random))
        case 7: return .trim(.generated(next, &random))
        case 8: return .reverse(.generated(next, &random))
        case 9: return .replace(.generated(next, &random), .generated(&random), .generated(next, &random))
        case 10:
            return Bool.random(using: &random)
                ? .prefix(.generated(next, &random), .generated(next, &random))
                : .dropFirst(.generated(next, &random), .generated(next, &random))
        case 11: return .slice(.generated(next, &random), .generated(next, &random), .generated(next, &random))
        case 12: return .splitAndJoin(.generated(next, &random), ",", .generated(next, &random))
        default: return .format(.generated(next, &random), .generated(next, &random))
        }
    }
}

extension OperationProgram.List {
    static func generated(_ depth: Int, _ random: inout TestRandom) -> Self {
        let next = depth - 1
        switch Int.random(in: 0..<(depth > 0 ? 14 : 2), using: &random) {
        case 0, 1: return .input(Int.random(in: 0..<2, using: &random))
        case 2:
            return .gather((0..<Int.random(in: 0..<4, using: &random)).map { _ in .generated(next, &random) })
        case 3: return .append(.generated(next, &random), .generated(next, &random))
        case 4: return .concatenate(.generated(next, &random), .generated(next, &random))
        case 5: return .sort(.generated(next, &random))
        case 6: return .reverse(.generated(next, &random))
        case 7: return .suffix(.generated(next, &random), .generated(next, &random))
        case 8: return .dropLast(.generated(next, &random), .generated(next, &random))
        case 9:
            return .slice(
                .generated(next, &random), Int.random(in: 0..<2, using: &random), Int.random(in: 2..<4, using: &random))
        case 10: return .addToAll(.generated(next, &random), .generated(next, &random))
        case 11: return .double(.generated(next, &random))
        case 12: return .keepGreater(.generated(next, &random), .generated(next, &random))
        default: return .keepOdd(.generated(next, &random))
        }
    }
}
