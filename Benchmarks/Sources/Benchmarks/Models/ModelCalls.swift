import Optrace

/// What a model call costs this process: encoding, transport and decoding, over loopback. The server is a process of its
/// own, whose time is not counted.
struct ModelCalls: Benchmark {
    static let name = "model.call"

    func measure(_ report: Report) async throws {
        let server = try ChildProcess(arguments: [LoopbackServer.command], output: .piped)
        let result: Result<Void, any Error>
        do {
            result = .success(try await measure(report, on: server))
        } catch {
            result = .failure(error)
        }
        _ = try server.end()
        try result.get()
    }

    private func measure(_ report: Report, on server: ChildProcess) async throws {
        let words = server.line()?.split(separator: " ").compactMap { Int($0) } ?? []
        guard words.count == 2, let address = ServerAddress("http://127.0.0.1:\(words[0])/v1") else {
            throw BenchmarkError("the loopback server did not say its port")
        }
        let model = OpenAIProvider(try CurlTransport(), at: address, key: APIKey("benchmark"))
        for inFlight in [1, 16, 128, 512] {
            let calls = inFlight == 1 ? 3_000 : 10_000
            try await measure("openai", inFlight, calls, reach: 60, report) {
                try await Self.call(model, Self.request, times: calls, inFlight: inFlight)
            }
            let plain = try PlainCalls(
                port: words[0], inFlight: inFlight, body: Array(Self.request.messages[1].content.utf8),
                answerSize: words[1])
            try await measure("plain sockets", inFlight, calls, reach: nil, report) { try plain.call(times: calls) }
            plain.close()
            try measurePeer(port: words[0], inFlight, report)
        }
    }

    private func measurePeer(port: Int, _ inFlight: Int, _ report: Report) throws {
        let calls = inFlight == 1 ? 1_000 : 3_000
        guard let peer = try PeerCalls(port: port, inFlight: inFlight, calls: calls) else {
            if inFlight == 1 { report.remark("  no aiohttp to compare with: python3 -m pip install aiohttp") }
            return
        }
        report.add(
            Measure(
                name: name, shape: "aiohttp", size: inFlight, value: peer.microseconds, unit: "µs",
                details: ["calls_a_second": .number(Measure.rounded(peer.callsASecond))]))
    }

    private func measure(
        _ shape: String, _ inFlight: Int, _ calls: Int, reach: Double?, _ report: Report,
        _ body: () async throws -> Void
    ) async throws {
        var seconds: [Double] = []
        let cost = try await Median(least: 0).perUnit { watch in
            let start = CPUTime.ofWall
            try await watch.time(calls, body)
            seconds.append(Double(CPUTime.ofWall - start) / 1e9)
        }
        report.add(
            Measure(
                name: name, shape: shape, size: inFlight, value: cost / 1000, unit: "µs", reach: reach,
                details: ["calls_a_second": .number(Measure.rounded(Double(calls) / Median.of(seconds)))]))
    }

    /// About 2 kB of prompt, for which 1 kB comes back.
    private static let request = ChatRequest(
        model: ModelName(provider: "openai", model: "loopback"),
        messages: [
            .system("Route the customer's message to the right queue."),
            .user(String(repeating: "The package never arrived, and nobody answers. ", count: 40)),
        ], temperature: 0, maximumTokens: 16)

    static let reply = String(repeating: "The queue is delivery. ", count: 42)

    private static func call(
        _ model: some LanguageModel, _ request: ChatRequest, times: Int, inFlight: Int
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<inFlight {
                let share = times / inFlight + (caller < times % inFlight ? 1 : 0)
                group.addTask {
                    for _ in 0..<share {
                        guard try await model.reply(to: request).text == reply else {
                            throw BenchmarkError("the loopback server's reply came back changed")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
