import TraceGraph

/// Runs generated programs on plain values, in wider numbers, and counts what a recording of them must hold.
struct PlainEvaluation {
    enum Failure: Error { case operation(OperationError.Code) }

    let inputs: OperationInputs<Int, String, [Int]>
    /// Operations that were begun, the one that failed among them.
    private(set) var operations = 0
    /// Plain values and literals that went into an operation that was begun.
    private(set) var constants = 0

    init(_ inputs: OperationInputs<Int, String, [Int]>) { self.inputs = inputs }

    /// A value and whether it is a literal, which becomes a constant wherever it is used.
    struct Part<Content> {
        let value: Content
        let isLiteral: Bool

        init(_ value: Content, isLiteral: Bool = false) {
            self.value = value
            self.isLiteral = isLiteral
        }
    }

    mutating func run(_ program: OperationProgram) throws -> Value {
        switch program {
        case .whole(let whole): try .integer(operation(run(whole)).value)
        case .flag(let flag): try .flag(operation(run(flag)).value)
        case .text(let text): try .text(operation(run(text)).value)
        case .list(let list): try .list(operation(run(list)).value.map { .integer($0) })
        }
    }

    /// Counts an operation on one part, and hands the part on.
    private mutating func operation<A>(_ part: Part<A>) -> Part<A> {
        operations += 1
        constants += part.isLiteral ? 1 : 0
        return Part(part.value)
    }

    private mutating func operation<A, B>(_ a: Part<A>, _ b: Part<B>) {
        _ = operation(a)
        constants += b.isLiteral ? 1 : 0
    }

    private mutating func operation<A, B, C>(_ a: Part<A>, _ b: Part<B>, _ c: Part<C>) {
        operation(a, b)
        constants += c.isLiteral ? 1 : 0
    }

    private func literal<A>(_ value: A) -> Part<A> { Part(value, isLiteral: true) }

    private func narrow(_ number: Int128) throws -> Part<Int> {
        guard let number = Int(exactly: number) else { throw Failure.operation(.overflow) }
        return Part(number)
    }

    private mutating func arithmetic(
        _ operation: OperationProgram.Arithmetic, _ left: Part<Int>, _ right: Part<Int>
    ) throws -> Part<Int> {
        self.operation(left, right)
        let a = Int128(left.value)
        let b = Int128(right.value)
        switch operation {
        case .add: return try narrow(a + b)
        case .subtract: return try narrow(a - b)
        case .multiply: return try narrow(a * b)
        case .divide, .remainder:
            if b == 0 { throw Failure.operation(.divisionByZero) }
            // Swift refuses the remainder of a division that does not fit, too.
            let quotient = try narrow(a / b)
            return operation == .divide ? quotient : try narrow(a % b)
        case .min: return try narrow(Swift.min(a, b))
        case .max: return try narrow(Swift.max(a, b))
        }
    }

    mutating func run(_ whole: OperationProgram.Whole) throws -> Part<Int> {
        switch whole {
        case .input(let index): return Part(inputs.wholes[index])
        case .literal(let number): return literal(number)
        case .plain(let operation, let left, let right):
            return try arithmetic(operation, run(left), literal(right))
        case .plainLeft(let operation, let left, let right):
            return try arithmetic(operation, literal(left), run(right))
        case .binary(let operation, let left, let right):
            let left = try run(left)
            return try arithmetic(operation, left, run(right))
        case .negate(let number): return try narrow(-Int128(operation(run(number)).value))
        case .absolute(let number): return try narrow(Swift.abs(Int128(operation(run(number)).value)))
        case .power(let base, let exponent):
            let base = try run(base)
            operation(base, literal(exponent))
            guard exponent >= 0 else { throw Failure.operation(.invalidArgument) }
            var power = Part(1)
            for _ in 0..<exponent { power = try narrow(Int128(power.value) * Int128(base.value)) }
            return power
        case .count(let text): return Part(try operation(run(text)).value.count)
        case .sum(let list):
            var total = Part(0)
            for number in try operation(run(list)).value { total = try narrow(Int128(total.value) + Int128(number)) }
            return total
        case .element(let list, let index):
            let list = try run(list)
            let index = try run(index)
            operation(list, index)
            guard list.value.indices.contains(index.value) else { throw Failure.operation(.outOfRange) }
            return Part(list.value[index.value])
        case .cond(let flag, let first, let second):
            let flag = try run(flag)
            let first = try run(first)
            let second = try run(second)
            operation(flag, first, second)
            return Part(flag.value ? first.value : second.value)
        case .lazyCond(let flag, let first, let second):
            let flag = try run(flag)
            let branch = try flag.value ? run(first) : run(second)
            operation(flag, branch)
            return Part(branch.value)
        case .reduce(let list):
            var result = literal(1)
            let list = try run(list)
            for (index, element) in list.value.enumerated() {
                operation(list, literal(index))
                let double = try arithmetic(.multiply, result, literal(2))
                result = try arithmetic(.subtract, double, Part(element))
            }
            return result
        }
    }

    mutating func run(_ flag: OperationProgram.Flag) throws -> Part<Bool> {
        switch flag {
        case .literal(let flag): return literal(flag)
        case .compare(let comparison, let left, let right):
            let left = try run(left)
            return compare(comparison, left, try run(right))
        case .compareTexts(let comparison, let left, let right):
            let left = try run(left)
            return compare(comparison, left, try run(right))
        case .and(let left, let right):
            let left = try run(left)
            guard left.value else { return operation(left) }
            let right = try run(right)
            operation(left, right)
            return Part(right.value)
        case .or(let left, let right):
            let left = try run(left)
            if left.value { return operation(left) }
            let right = try run(right)
            operation(left, right)
            return Part(right.value)
        case .not(let flag): return Part(try !operation(run(flag)).value)
        case .containsText(let text, let part):
            let text = try run(text)
            let part = try run(part)
            operation(text, part)
            return Part(text.value.contains(part.value))
        case .containsElement(let list, let element):
            let list = try run(list)
            let element = try run(element)
            operation(list, element)
            return Part(list.value.contains(element.value))
        case .isEmpty(let list): return Part(try operation(run(list)).value.isEmpty)
        }
    }

    private mutating func compare<Content: Comparable>(
        _ comparison: OperationProgram.Comparison, _ left: Part<Content>, _ right: Part<Content>
    ) -> Part<Bool> {
        operation(left, right)
        let (a, b) = (left.value, right.value)
        switch comparison {
        case .equal: return Part(a == b)
        case .unequal: return Part(!(a == b))
        case .less: return Part(a < b)
        case .atMost: return Part(!(b < a))
        case .greater: return Part(b < a)
        case .atLeast: return Part(!(a < b))
        }
    }

    mutating func run(_ text: OperationProgram.Text) throws -> Part<String> {
        switch text {
        case .input(let index): return Part(inputs.texts[index])
        case .literal(let text): return literal(text)
        case .concatenate(let left, let right):
            let left = try run(left)
            let right = try run(right)
            operation(left, right)
            return Part("\(left.value)\(right.value)")
        case .uppercase(let text): return Part(try operation(run(text)).value.uppercased())
        case .lowercase(let text): return Part(try operation(run(text)).value.lowercased())
        case .trim(let text):
            var characters = Array(try operation(run(text)).value)
            while characters.first?.isWhitespace == true { characters.removeFirst() }
            while characters.last?.isWhitespace == true { characters.removeLast() }
            return Part(String(characters))
        case .reverse(let text): return Part(String(try operation(run(text)).value.reversed()))
        case .replace(let text, let part, let other):
            let text = try run(text)
            let other = try run(other)
            operation(text, literal(part), other)
            return Part(text.value.replacing(part, with: other.value))
        case .prefix(let text, let count):
            let text = try run(text)
            let count = try run(count)
            operation(text, count)
            return Part(count.value < 0 ? "" : String(text.value.prefix(count.value)))
        case .dropFirst(let text, let count):
            let text = try run(text)
            let count = try run(count)
            operation(text, count)
            return Part(count.value < 0 ? text.value : String(text.value.dropFirst(count.value)))
        case .slice(let text, let start, let end):
            let text = try run(text)
            let start = try run(start)
            let end = try run(end)
            operation(text, start, end)
            let characters = Array(text.value)
            guard 0 <= start.value, start.value <= end.value, end.value <= characters.count else {
                throw Failure.operation(.outOfRange)
            }
            return Part(String(characters[start.value..<end.value]))
        case .splitAndJoin(let text, let separator, let other):
            let text = try run(text)
            operation(text, literal(separator))
            let other = try run(other)
            operation(Part(()), other)
            return Part(text.value.split(separator: separator).joined(separator: other.value))
        case .format(let whole, let text):
            let whole = try run(whole)
            let text = try run(text)
            operation(whole, text)
            return Part("<\(whole.value)|\(text.value)>")
        }
    }

    mutating func run(_ list: OperationProgram.List) throws -> Part<[Int]> {
        switch list {
        case .input(let index): return Part(inputs.lists[index])
        case .gather(let wholes):
            var parts: [Part<Int>] = []
            for whole in wholes { parts.append(try run(whole)) }
            constants += parts.count { $0.isLiteral }
            return operation(Part(parts.map(\.value)))
        case .append(let list, let element):
            let list = try run(list)
            let element = try run(element)
            operation(list, element)
            return Part(list.value + [element.value])
        case .concatenate(let left, let right):
            let left = try run(left)
            let right = try run(right)
            operation(left, right)
            return Part(left.value + right.value)
        case .sort(let list): return Part(try operation(run(list)).value.sorted())
        case .reverse(let list): return Part(try operation(run(list)).value.reversed())
        case .suffix(let list, let count):
            let list = try run(list)
            let count = try run(count)
            operation(list, count)
            return Part(Array(list.value.suffix(Swift.max(0, count.value))))
        case .dropLast(let list, let count):
            let list = try run(list)
            let count = try run(count)
            operation(list, count)
            return Part(Array(list.value.dropLast(Swift.max(0, count.value))))
        case .slice(let list, let start, let end):
            let list = try run(list)
            operation(list, literal(start), literal(end))
            guard start <= end, end <= list.value.count else { throw Failure.operation(.outOfRange) }
            return Part(Array(list.value[start..<end]))
        case .addToAll(let list, let number):
            let list = try run(list)
            let number = try run(number)
            var sums: [Int] = []
            for (index, element) in list.value.enumerated() {
                operation(list, literal(index))
                sums.append(try arithmetic(.add, Part(element), number).value)
            }
            return operation(Part(sums))
        case .double(let list):
            let list = try run(list)
            for index in list.value.indices {
                operation(list, literal(index))
                _ = operation(Part(()))
            }
            return operation(Part(list.value.map { $0 &* 2 }))
        case .keepGreater(let list, let number):
            let list = try run(list)
            let number = try run(number)
            for index in list.value.indices {
                operation(list, literal(index))
                operation(Part(()), number)
            }
            return operation(Part(list.value.filter { $0 > number.value }))
        case .keepOdd(let list):
            let list = try run(list)
            for index in list.value.indices {
                operation(list, literal(index))
                _ = operation(Part(()))
            }
            return operation(Part(list.value.filter { $0 % 2 != 0 }))
        }
    }
}
