import Testing
import TraceGraph

@Suite("Operations on numbers")
struct NumberOperationTests {
    @Test("a sum of a node with itself has one parent under two names")
    func sameTwice() async throws {
        let trace = await Trace.record {
            let x = Traced(3, name: "x")
            return try x + x
        }
        let sum = try #require(trace.result)
        #expect(sum.name == "add:0")
        #expect(sum.inputs == [.init(name: "left", node: NodeID(0)), .init(name: "right", node: NodeID(0))])
        #expect(trace.nodes.count == 2)
    }

    @Test("literals and plain variables are constants under the name of the side they stand on")
    func constants() async throws {
        let trace = await Trace.record {
            let x = Traced(3.0, name: "x"), plain = 4.0
            return 2 * x - plain
        }
        #expect(trace.nodes.map(\.kind) == [.input, .constant, .operation, .constant, .operation])
        #expect(trace.nodes.map(\.name) == ["x:0", "left:0", "multiply:0", "right:0", "subtract:0"])
        #expect(trace.nodes.map(\.value) == [.number(3), .number(2), .number(6), .number(4), .number(2)])
        #expect(trace.result?.inputs.map(\.name) == ["left", "right"])
    }

    @Test("floating point numbers give what Swift gives, bit by bit")
    func floatingPoint() {
        var random = TestRandom(4)
        let edges = [
            0, -0.0, 1, -1, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.1,
        ]
        for _ in 0..<2000 {
            let a = edges.randomElement(using: &random) ?? Double.random(in: -9...9, using: &random)
            let b = Bool.random(using: &random) ? Double.random(in: -9...9, using: &random) : edges[0]
            let (x, y) = (Traced(a, name: "x"), Traced(b, name: "y"))
            let pairs: [(Traced<Double>, Double)] = [
                (x + y, a + b), (x - y, a - b), (x * y, a * b), (x / y, a / b), (a + y, a + b), (x / b, a / b),
                (-x, -a), (abs(x), abs(a)), (x.rounded(), a.rounded()), (x.rounded(.down), a.rounded(.down)),
                (min(x, y), min(a, b)), (max(x, y), max(a, b)), (max(x, b), max(a, b)), (min(a, y), min(a, b)),
            ]
            for (traced, plain) in pairs { #expect(traced.value.bitPattern == plain.bitPattern || plain.isNaN) }
            let flags: [(Traced<Bool>, Bool)] = [
                (x == y, a == b), (x != y, a != b), (x < y, a < b), (x <= y, a <= b), (x > b, a > b), (a >= y, a >= b),
            ]
            for (traced, plain) in flags { #expect(traced.value == plain) }
        }
    }

    @Test("powers are repeated products")
    func powers() throws {
        for base in -5...5 {
            for exponent in 0...12 {
                let whole = try Traced(base, name: "base").raised(to: .constant(exponent))
                #expect(whole.value == (0..<exponent).reduce(1) { product, _ in product * base })
                let number = Traced(Double(base), name: "base").raised(to: .constant(exponent))
                #expect(number.value == Double(whole.value))
            }
        }
        #expect(try Traced(-2, name: "base").raised(to: 63).value == .min)
        #expect(throws: OperationError.self) { try Traced(-2, name: "base").raised(to: 64) }
        #expect(Traced(2.0, name: "base").raised(to: -2).value == 0.25)
    }

    @Test("overflow and division by zero are failures of the operation, in every size of number")
    func failures() async throws {
        func failure<Number: FixedWidthInteger & SignedInteger & Sendable>(
            _ number: Number, _ body: @Sendable (Traced<Number>) throws -> Traced<Number>
        ) async throws -> (String, OperationError.Code?) {
            let trace = await Trace.record { try body(Traced(number, name: "x")) }
            let node = try #require(trace.result)
            #expect(node.kind == .failure)
            #expect(!node.inputs.isEmpty)
            #expect(node.value.text?.hasPrefix("(OperationError) ") == true)
            return (node.base, (trace.error as? OperationError)?.code)
        }
        #expect(try await failure(Int.max) { try $0 + 1 } == ("add", .overflow))
        #expect(try await failure(Int8.min) { try $0 - 1 } == ("subtract", .overflow))
        #expect(try await failure(Int16(400)) { try $0 * $0 } == ("multiply", .overflow))
        #expect(try await failure(Int32(1)) { try $0 / 0 } == ("divide", .divisionByZero))
        #expect(try await failure(Int64.min) { try $0 / -1 } == ("divide", .overflow))
        #expect(try await failure(1) { try $0 % 0 } == ("remainder", .divisionByZero))
        #expect(try await failure(Int.min) { try -$0 } == ("negate", .overflow))
        #expect(try await failure(Int.min) { try abs($0) } == ("absolute", .overflow))
        #expect(try await failure(2) { try $0.raised(to: -1) } == ("power", .invalidArgument))
        #expect(try await failure(Int.max) { try gather([$0, $0]).sum() } == ("sum", .overflow))
    }

    @Test("a failure that is caught leaves its node and lets the program go on")
    func caught() async throws {
        let trace = await Trace.record {
            let x = Traced(1, name: "x")
            do { return try x / 0 } catch let error as OperationError where error.code == .divisionByZero { return x }
        }
        #expect(trace.outcome == .completed(NodeID(0)))
        #expect(trace.nodes.map(\.kind) == [.input, .constant, .failure])
    }

    @Test("rounding is called after its rule")
    func rounding() async {
        let trace = await Trace.record {
            let x = Traced(2.5, name: "x")
            return gather([
                x.rounded(), x.rounded(.toNearestOrEven), x.rounded(.up), x.rounded(.down), x.rounded(.towardZero),
                x.rounded(.awayFromZero),
            ])
        }
        #expect(
            trace.nodes.compactMap { $0.operation?.name } == [
                "round", "round_even", "ceiling", "floor", "truncate", "expand", "gather",
            ])
        #expect(trace.result?.value == [3.0, 2.0, 3.0, 2.0, 2.0, 3.0])
    }

    @Test("a number becomes a whole number only without loss")
    func converting() throws {
        #expect(try Traced(3.0, name: "x").integer().value == 3)
        #expect(Traced(3, name: "x").number().value == 3.0)
        #expect(throws: OperationError(.wrongKind, "2.5 is not a whole number: round it first")) {
            try Traced(2.5, name: "x").integer()
        }
        for number in [1e300, .nan, .infinity] {
            #expect(throws: OperationError.self) { try Traced(number, name: "x").integer() }
        }
    }

    @Test("totals grow in place")
    func totals() async throws {
        let trace = await Trace.record {
            var count: Traced<Int> = 1
            try count += 2
            try count *= count
            try count -= 1
            var mean: Traced<Double> = 1.0
            mean += 2
            mean *= mean
            mean -= 1
            mean /= 4
            return count.number() + mean
        }
        #expect(trace.result?.value == .number(10))
        #expect(
            trace.nodes.compactMap { $0.operation?.name } == [
                "add", "multiply", "subtract", "add", "multiply", "subtract", "divide", "number", "add",
            ])
    }
}
