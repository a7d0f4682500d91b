import Optrace

/// What keeping a completion costs, and looking it up: for the first time after the store was opened, and again.
struct LookingUpCompletions: Benchmark {
    static let name = "store.lookup"

    func measure(_ report: Report) async throws {
        let count = 10_000
        let requests = (0..<count).map(Self.request)
        let keys = requests.map(\.key)
        var numbers = SeededGenerator(seed: 3)
        let order = numbers.shuffled(Array(keys.indices))
        let file = try ScratchFile("completions.sqlite")
        defer { file.remove() }

        let store = try TraceStore(path: file.path)
        let keeping = try await Median(least: 0).perUnit { watch in
            try await watch.time(count) {
                for index in requests.indices {
                    try store.completions.keep(Self.reply, to: requests[index], key: keys[index])
                }
            }
        }
        report.add(Measure(name: "store.keep", shape: "one", size: count, value: keeping / 1000, unit: "µs"))
        try store.close()

        for (label, rounds) in [("first", 1), ("again", 2)] {
            let cost = try await Median(least: 0).perUnit { watch in
                let store = try TraceStore(path: file.path)
                for round in 1...rounds {
                    let lookUp = {
                        for index in order where try store.completions.reply(for: keys[index]) == nil {
                            throw BenchmarkError("a completion that was kept is not there")
                        }
                    }
                    if round == rounds { try await watch.time(count, lookUp) } else { try lookUp() }
                }
                try store.close()
            }
            report.add(
                Measure(name: name, shape: label, size: count, value: cost / 1000, unit: "µs", reach: 20))
        }
    }

    private static func request(_ number: Int) -> ChatRequest {
        ChatRequest(
            model: ModelName(provider: "scripted", model: "benchmark"),
            messages: [.user("Route the message to the right queue. Message \(number): the package never arrived.")],
            temperature: 0)
    }

    private static let reply = ChatReply(
        text: String(repeating: "delivery ", count: 20),
        usage: Usage(calls: 1, promptTokens: 40, completionTokens: 40), servedBy: "benchmark")
}
