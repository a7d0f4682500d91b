import TraceGraph

/// Runs generated programs on traced values, with the operations under test.
struct TracedEvaluation {
    typealias Inputs = OperationInputs<Traced<Int>, Traced<String>, Traced<[Int]>>
    let inputs: Inputs

    init(_ plain: OperationInputs<Int, String, [Int]>) {
        inputs = OperationInputs(
            wholes: plain.wholes.map { Traced($0, name: "whole") },
            texts: plain.texts.map { Traced($0, name: "text") },
            lists: plain.lists.map { Traced($0, name: "list") })
    }

    /// The result as a value that any type of program has.
    func run(_ program: OperationProgram) throws -> Traced<Value> {
        switch program {
        case .whole(let whole): try traced("result", run(whole)) { .integer($0) }
        case .flag(let flag): try traced("result", run(flag)) { .flag($0) }
        case .text(let text): try traced("result", run(text)) { .text($0) }
        case .list(let list): try traced("result", run(list)) { .list($0.map { .integer($0) }) }
        }
    }

    func run(_ whole: OperationProgram.Whole) throws -> Traced<Int> {
        switch whole {
        case .input(let index): return inputs.wholes[index]
        case .literal(let number): return .constant(number)
        case .plain(let operation, let left, let right):
            let left = try run(left)
            switch operation {
            case .add: return try left + right
            case .subtract: return try left - right
            case .multiply: return try left * right
            case .divide: return try left / right
            case .remainder: return try left % right
            case .min: return min(left, right)
            case .max: return max(left, right)
            }
        case .plainLeft(let operation, let left, let right):
            let right = try run(right)
            switch operation {
            case .add: return try left + right
            case .subtract: return try left - right
            case .multiply: return try left * right
            case .divide: return try left / right
            case .remainder: return try left % right
            case .min: return min(left, right)
            case .max: return max(left, right)
            }
        case .binary(let operation, let left, let right):
            let left = try run(left)
            let right = try run(right)
            switch operation {
            case .add: return try left + right
            case .subtract: return try left - right
            case .multiply: return try left * right
            case .divide: return try left / right
            case .remainder: return try left % right
            case .min: return min(left, right)
            case .max: return max(left, right)
            }
        case .negate(let number): return try -run(number)
        case .absolute(let number): return try abs(run(number))
        case .power(let base, let exponent): return try run(base).raised(to: .constant(exponent))
        case .count(let text): return try run(text).count
        case .sum(let list): return try run(list).sum()
        case .element(let list, let index): return try run(list)[run(index)]
        case .cond(let flag, let first, let second): return try cond(run(flag), then: run(first), else: run(second))
        case .lazyCond(let flag, let first, let second):
            return try cond(run(flag)) {
                try run(first)
            } else: {
                try run(second)
            }
        case .reduce(let list): return try run(list).reduce(1) { try $0 * 2 - $1 }
        }
    }

    func run(_ flag: OperationProgram.Flag) throws -> Traced<Bool> {
        switch flag {
        case .literal(let flag): return .constant(flag)
        case .compare(let comparison, let left, let right): return compare(comparison, try run(left), try run(right))
        case .compareTexts(let comparison, let left, let right):
            return compare(comparison, try run(left), try run(right))
        case .and(let left, let right): return try run(left) && run(right)
        case .or(let left, let right): return try run(left) || run(right)
        case .not(let flag): return try !run(flag)
        case .containsText(let text, let part): return try run(text).contains(run(part))
        case .containsElement(let list, let element): return try run(list).contains(run(element))
        case .isEmpty(let list): return try run(list).isEmpty
        }
    }

    private func compare<Content: Comparable>(
        _ comparison: OperationProgram.Comparison, _ left: Traced<Content>, _ right: Traced<Content>
    ) -> Traced<Bool> {
        switch comparison {
        case .equal: left == right
        case .unequal: left != right
        case .less: left < right
        case .atMost: left <= right
        case .greater: left > right
        case .atLeast: left >= right
        }
    }

    func run(_ text: OperationProgram.Text) throws -> Traced<String> {
        switch text {
        case .input(let index): return inputs.texts[index]
        case .literal(let text): return .constant(text)
        case .concatenate(let left, let right): return try run(left) + run(right)
        case .uppercase(let text): return try run(text).uppercased()
        case .lowercase(let text): return try run(text).lowercased()
        case .trim(let text): return try run(text).trimmed()
        case .reverse(let text): return try run(text).reversed()
        case .replace(let text, let part, let other): return try run(text).replacing(.constant(part), with: run(other))
        case .prefix(let text, let count): return try run(text).prefix(run(count))
        case .dropFirst(let text, let count): return try run(text).dropFirst(run(count))
        case .slice(let text, let start, let end): return try run(text).slice(from: run(start), to: run(end))
        case .splitAndJoin(let text, let separator, let other):
            return try run(text).split(separator: separator).joined(separator: run(other))
        case .format(let whole, let text): return try "<\(run(whole))|\(run(text))>"
        }
    }

    func run(_ list: OperationProgram.List) throws -> Traced<[Int]> {
        switch list {
        case .input(let index): return inputs.lists[index]
        case .gather(let wholes): return try gather(wholes.map { try run($0) })
        case .append(let list, let element): return try run(list).appending(run(element))
        case .concatenate(let left, let right): return try run(left) + run(right)
        case .sort(let list): return try run(list).sorted()
        case .reverse(let list): return try run(list).reversed()
        case .suffix(let list, let count): return try run(list).suffix(run(count))
        case .dropLast(let list, let count): return try run(list).dropLast(run(count))
        case .slice(let list, let start, let end): return try run(list)[start..<end]
        case .addToAll(let list, let number):
            let list = try run(list)
            let number = try run(number)
            return try list.map { try $0 + number }
        case .double(let list): return try run(list).map("double") { $0 &* 2 }
        case .keepGreater(let list, let number):
            let list = try run(list)
            let number = try run(number)
            return list.filter { $0 > number }
        case .keepOdd(let list): return try run(list).filter("odd") { $0 % 2 != 0 }
        }
    }
}
