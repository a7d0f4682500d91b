import Testing
import TraceGraph

@Suite("Operations on lists")
struct ListOperationTests {
    @Test("every element that is reached is a node with its index")
    func iteration() async throws {
        let trace = await Trace.record {
            let words = Traced(["a", "b", "c"], name: "words")
            for word in words.elements where (word == "b").value { return word }
            return try words[2]
        }
        #expect(trace.result?.value == "b")
        let elements = trace.nodes.filter { $0.base == "element" }
        #expect(elements.map(\.value) == ["a", "b"])
        #expect(elements.map { $0.inputs.map(\.name) } == [["list", "index"], ["list", "index"]])
        #expect(elements.map { trace[$0.inputs[1].node].value } == [0, 1])
    }

    @Test("a map is an operation for every element, gathered in order")
    func map() async throws {
        let trace = await Trace.record {
            let words = Traced(["a", "b"], name: "words"), mark = Traced("!", name: "mark")
            return words.map("shout", with: mark) { $0.uppercased() + $1 }
        }
        #expect(
            trace.nodes.map(\.name)
                == [
                    "words:0", "mark:0", "index:0", "element:0", "shout:0", "index:1", "element:1", "shout:1",
                    "gather:0",
                ].sortedAs(trace.nodes.map(\.name)))
        let shouts = trace.nodes.filter { $0.base == "shout" }
        #expect(
            shouts.map { $0.inputs.map { trace[$0.node].name } } == [
                ["element:0", "mark:0"], ["element:1", "mark:0"],
            ])
        #expect(trace.result?.inputs.map { trace[$0.node].name } == ["shout:0", "shout:1"])
        #expect(trace.result?.value == ["A!", "B!"])
    }

    @Test("a body without a name is workflow: it gets traced elements and records what it does")
    func unnamed() async throws {
        let trace = await Trace.record {
            let numbers = Traced([1, 2, 3], name: "numbers"), limit = Traced(1, name: "limit")
            return try numbers.filter { $0 > limit }.map { try $0 * 10 }.reduce(0) { try $0 + $1 }
        }
        #expect(trace.result?.value == 50)
        let filter = try #require(trace.node(named: "filter"))
        #expect(filter.inputs.map { trace[$0.node].name } == ["numbers:0", "greater:0", "greater:1", "greater:2"])
        #expect(
            trace.nodes.filter { $0.base == "greater" }.allSatisfy {
                $0.inputs.contains { trace[$0.node].base == "limit" }
            })
    }

    @Test("what comes of an empty list still comes from the list")
    func empty() async throws {
        let trace = await Trace.record {
            let none = Traced([Int](), name: "none")
            return none.map { $0 } + none.map("same") { $0 } + none.filter { $0 == 1 }
        }
        #expect(trace.result?.value == [])
        for node in trace.nodes where node.kind == .operation { #expect(!node.inputs.isEmpty) }
        let start = await Trace.record { Traced([Int](), name: "none").reduce(5) { $1 } }
        #expect(start.result?.value == 5)
    }

    @Test("steps of a reduction are a chain of operations with a name")
    func reduce() async throws {
        let trace = await Trace.record {
            Traced(["a", "b"], name: "words").reduce("append", "") { $0 + $1 }
        }
        let steps = trace.nodes.filter { $0.base == "append" }
        #expect(steps.map(\.value) == ["a", "ab"])
        #expect(steps.allSatisfy { $0.inputs.map(\.name) == ["result", "element"] })
        #expect(steps[1].inputs[0].node == steps[0].id)
    }

    @Test("places outside the list are failures of the operation")
    func places() async throws {
        func code(_ body: @Sendable (Traced<[Int]>) throws -> Traced<Int>) async -> OperationError.Code? {
            (await Trace.record { try body(Traced([1, 2], name: "list")) }.error as? OperationError)?.code
        }
        let two = 2
        #expect(await code { try $0[2] } == .outOfRange)
        #expect(await code { try $0[two] } == .outOfRange)
        #expect(await code { try $0[.constant(two)] } == .outOfRange)
        #expect(await code { try $0[-1] } == .outOfRange)
        #expect(await code { try $0[1..<3].count } == .outOfRange)
        #expect(await code { try $0[3...].count } == .outOfRange)
        #expect(await code { try $0[...two].count } == .outOfRange)
        #expect(await code { try $0[0...Int.max].count } == .outOfRange)
        #expect(await code { try $0[two...][0] } == .outOfRange)
        #expect(await code { (try unpack($0) as (Traced<Int>, Traced<Int>, Traced<Int>)).2 } == .wrongCount)
        #expect(await code { try $0[1] } == nil)
    }

    @Test("elements are added, sorted, found and turned round")
    func changing() async throws {
        let trace = await Trace.record {
            var list = Traced([2, 3, 1], name: "list")
            list.append(0)
            list += [5]
            list += list.sorted()
            let found = list.contains(5) && !list.contains(9)
            let ends = try list.reversed().first.unwrapped() - list.last.or(0)
            return try gather(list.sorted { $0 > $1 }, found, ends, list.dropLast(4).sum())
        }
        #expect(trace.error == nil)
        #expect(trace.result?.value == .list([[5, 5, 3, 3, 2, 2, 1, 1, 0, 0], true, 0, 11]))
    }

    @Test("dictionaries are read by key, in the order of their keys")
    func dictionaries() async throws {
        let trace = await Trace.record {
            let ann = Traced(30, name: "ann"), bob = Traced(40, name: "bob"), key = "Bob"
            let ages = gather(["Bob": bob, "Ann": ann]).setting("Cid", to: 50)
            let sum = try ages["Ann"].or(0) + ages[key].or(0) + ages[.constant("Dan")].or(1)
            return gather(sum, ages.keys, ages.values, ages.count)
        }
        #expect(trace.result?.value == .list([71, ["Ann", "Bob", "Cid"], [30, 40, 50], 3]))
        #expect(trace.node(named: "gather")?.inputs.map(\.name) == ["Ann", "Bob"])
    }

    @Test("gathered values of several types come apart again")
    func unpacking() async throws {
        let trace = await Trace.record {
            let pair = gather(Traced("a", name: "text"), Traced(1, name: "number"))
            let (text, number) = unpack(pair)
            let (x, y, z) = try unpack(gather([number, number, number]))
            return text + "\(x)\(y)\(z)"
        }
        #expect(trace.result?.value == "a111")
        let elements = trace.nodes.filter { $0.base == "element" }
        #expect(elements.map { $0.inputs.map(\.name) }.prefix(2) == [["tuple", "index"], ["tuple", "index"]])
        #expect(elements.map { trace[$0.inputs[1].node].value } == [0, 1, 0, 1, 2])
    }

    @Test("tuples are recorded part by part")
    func tuples() async throws {
        let trace = await Trace.record {
            gather(
                gather(Traced("a", name: "text"), Traced(Optional(1), name: "number")),
                Traced((name: "n", size: 2), name: "labelled"), Traced((), name: "nothing"))
        }
        #expect(trace.result?.value == .list([["a", 1], ["name": "n", "size": 2], .opaque("()")]))
    }

    @Test("members are operations with their name")
    func members() async throws {
        struct Person: Sendable {
            var name = "Ann"
            var address = Address()
            var shout: String { name.uppercased() }
        }
        struct Address: Sendable { var city = "Ulm" }
        let trace = await Trace.record {
            let person = Traced(Person(), name: "person")
            return person.name + person.address.city + person.shout + person.member("shout", \.shout)
        }
        #expect(trace.result?.value == "AnnUlmANNANN")
        let name = try #require(trace.node(named: "name"))
        #expect(name.inputs == [.init(name: "person", node: NodeID(0))])
        #expect(trace.node(named: "city")?.inputs.map { trace[$0.node].name } == ["address:0"])
        #expect(trace.node(named: "member")?.value == "ANN")
        #expect(trace.node(named: "shout")?.value == "ANN")
    }
}

extension [String] {
    /// The same names in the order of `other`, as far as they are the same: constants come just before what reads them.
    fileprivate func sortedAs(_ other: [String]) -> [String] { sorted() == other.sorted() ? other : self }
}
