import Testing
import TraceGraph

struct Review: Sendable {
    var author: String
    var text: String
    var stars: Int
    var tags: [String] = []
    var isLong: Bool { text.count > 40 }
}

/// The programs a user would write, as they would write them.
@Suite("Operations read naturally")
struct CallSiteTests {
    @Parameter("instruction") var instruction = "Route the message."
    @Parameter("threshold", in: 0...1) var threshold = 0.5
    @Parameter("retries", in: 0...5) var retries = 2

    @Test("numbers: literals, plain variables and traced values on either side")
    func numbers() async throws {
        let trace = await Trace.record {
            let price = Traced(12.5, name: "price"), rate = 0.2
            let count = Traced(3, name: "count"), offset = 1
            let net = price * 2 - 1 + price / 4
            let gross = net * (1 + rate)
            let items = try (count + offset) * 2 % 5 - 10 / count
            let parity = try -items + abs(items)
            let best = max(min(gross, 100), 0)
            let area = try count.raised(to: 2)
            return try traced("report", best.rounded(), parity + area) { "\($0) \($1)" }
        }
        let net = 12.5 * 2 - 1 + 12.5 / 4
        let gross = net * (1 + 0.2)
        let items = (3 + 1) * 2 % 5 - 10 / 3
        #expect(trace.result?.value == .text("\(min(gross, 100).rounded()) \(-items + abs(items) + 9)"))
    }

    @Test("running totals")
    func totals() async throws {
        let trace = await Trace.record {
            let numbers = Traced([1, 2, 3], name: "numbers")
            var total: Traced<Int> = 0
            var log: Traced<String> = ""
            for number in numbers.elements {
                try total += number
                log += "\(total);"
            }
            return log + "end"
        }
        #expect(trace.result?.value == "1;3;6;end")
    }

    @Test("decisions")
    func decisions() async throws {
        let trace = await Trace.record {
            let score = Traced(0.7, name: "score")
            let isSure = score >= $threshold && score < 1
            let label = cond(isSure, then: "sure", else: "unsure")
            if (score == 0.7 || isSure).value, (!isSure).value { return label }
            return try await cond(isSure) {
                try await traced("confirm", label) { label in
                    await Task.yield()
                    return label + "!"
                }
            } else: {
                label.uppercased()
            }
        }
        #expect(trace.result?.value == "sure!")
    }

    @Test("texts")
    func texts() async throws {
        let trace = await Trace.record {
            let reply = Traced("  Answer: Billing, Refund \n", name: "reply")
            let marker = "answer:"
            let body = reply.trimmed().lowercased()
            guard body.hasPrefix(marker).value else { return body }
            let queues = body.replacing("answer:", with: "").split(separator: ",")
            let names = queues.map { $0.trimmed() }
            let joined = names.joined(separator: " & ")
            return try joined + " (" + joined.prefix(4) + "…) " + $instruction[0..<5]
        }
        #expect(trace.result?.value == "billing & refund (bill…) Route")
    }

    @Test("replies in JSON")
    func json() async throws {
        let trace = await Trace.record {
            let reply = Traced(#"{"queue": "billing", "scores": [1, 2.5], "sure": true}"#, name: "reply")
            let answer = try reply.json()
            let sure = try answer["sure"].flag()
            let score = try answer["scores"][1].number()
            return try cond(sure && score > 2, then: answer["queue"].text(), else: "unknown")
        }
        #expect(trace.result?.value == "billing")
    }

    @Test("lists, members and unpacking")
    func lists() async throws {
        let trace = await Trace.record {
            let reviews = Traced(
                [
                    Review(author: "Ann", text: "Good", stars: 5, tags: ["a"]),
                    Review(author: "Bob", text: "Bad", stars: 1, tags: ["b", "c"]),
                ], name: "reviews")
            let happy = reviews.filter { $0.stars > 3 }
            let first = try happy[0]
            let shouts = reviews.map("shout") { $0.text.uppercased() }
            let tags = reviews.map { $0.tags.count }.reduce("total", 0) { $0 + $1 }
            let names = gather(reviews.elements.map { $0.author }).sorted().appending(first.author)
            let (a, b) = try unpack(shouts)
            let (text, number) = unpack(gather(a + b, tags))
            let ages = Traced(["Ann": 30], name: "ages")
            let age = ages["Ann"].or(0)
            return try traced("all", text, number, names.joined(separator: ","), age + 1) { "\($0) \($1) \($2) \($3)" }
        }
        #expect(trace.result?.value == "GOODBAD 3 Ann,Bob,Ann 31")
    }

    @Test("workflows over lists, side by side")
    func concurrent() async throws {
        let trace = await Trace.record {
            let messages = Traced((0..<20).map { "m\($0)" }, name: "messages")
            let replies = try await messages.map(concurrency: 4) { message in
                let prompt: Traced<String> = "\($instruction) \(message)"
                return try await traced("reply", prompt) { prompt in
                    await Task.yield()
                    return prompt.uppercased()
                }
            }
            let marked = try await replies.map("mark", with: $retries) { reply, retries in
                await Task.yield()
                return "\(reply)×\(retries)"
            }
            return marked.joined(separator: "\n")
        }
        let expected = (0..<20).map { "ROUTE THE MESSAGE. M\($0)×2" }.joined(separator: "\n")
        #expect(trace.result?.value == .text(expected))
    }

    @Test("what would trap in Swift fails the trace instead")
    func failing() async throws {
        let trace = await Trace.record {
            let count = Traced(0, name: "count")
            return try 100 / count
        }
        #expect(trace.outcome.name == "failed")
        #expect(trace.result?.base == "divide")
        #expect((trace.error as? OperationError)?.code == .divisionByZero)
    }
}
