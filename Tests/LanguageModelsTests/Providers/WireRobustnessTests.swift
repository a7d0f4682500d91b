import Testing
import TraceGraph

@testable import LanguageModels

/// Whatever a server sends, a wire reads it or says what is wrong; it never traps.
@Suite struct WireRobustnessTests {
    static let answers = [
        #"{"model":"m","choices":[{"index":0,"message":{"content":"hi"},"delta":{"content":"x"},"finish_reason":"stop","logprobs":{"content":[{"token":"a","logprob":-1,"top_logprobs":[{"token":"b","logprob":-2}]}]}}],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}"#,
        #"{"type":"message_start","message":{"model":"m","usage":{"input_tokens":1}},"content":[{"type":"tool_use","input":{"a":1}},{"type":"text","text":"x"}],"stop_reason":"tool_use","usage":{"output_tokens":7}}"#,
        #"{"model":"m","message":{"content":"x"},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":2}"#,
        #"{"type":"error","error":{"message":"x","type":"y","code":429}}"#,
    ]

    /// `value` with one part, somewhere, replaced by something that does not belong there.
    func mutated(_ value: Value, _ generator: inout SystemRandomNumberGenerator) -> Value {
        let strange: [Value] = [
            .null, .flag(true), .integer(.min), .integer(.max), .number(-1e300), .text(""), .list([]), .object([:]),
            .list([.null]), .text("\u{0}ü"),
        ]
        if Int.random(in: 0..<4, using: &generator) == 0 { return strange.randomElement(using: &generator) ?? .null }
        switch value {
        case .object(var fields):
            guard let (name, inner) = fields.randomElement(using: &generator) else { return .null }
            fields[name] = mutated(inner, &generator)
            return .object(fields)
        case .list(var elements):
            guard let index = elements.indices.randomElement(using: &generator) else { return .null }
            elements[index] = mutated(elements[index], &generator)
            return .list(elements)
        default: return strange.randomElement(using: &generator) ?? .null
        }
    }

    func feed<Wire: ChatWire>(_ answer: Value, to wire: Wire, _ request: ChatRequest) {
        do {
            let reply = try wire.reply(to: request, from: answer)
            #expect(reply.usage.calls == 1 && reply.usage.cost == nil)
            #expect(reply.usage.promptTokens >= 0 && reply.usage.completionTokens >= 0)
        } catch {
            #expect(!"\(error)".isEmpty)
        }
        var assembly = wire.assembly(for: request)
        do {
            _ = try assembly.take(answer)
            _ = try assembly.take(answer)
        } catch {
            #expect(!"\(error)".isEmpty)
        }
    }

    @Test(arguments: answers)
    func strangeAnswersAreReadOrRefused(json: String) throws {
        var generator = SystemRandomNumberGenerator()
        let answer = try Value.json(json)
        for _ in 0..<500 {
            var answer = answer
            for _ in 0..<Int.random(in: 0..<3, using: &generator) { answer = mutated(answer, &generator) }
            for format: ChatRequest.ReplyFormat in [.text, .json, .schema(name: "x", ["type": "array"])] {
                let request = ChatRequest.sample(format: format)
                feed(answer, to: OpenAIWire(tokenLimit: .classic, extraFields: [:]), request)
                feed(answer, to: AnthropicWire(defaultMaximumTokens: 1), request)
                feed(answer, to: OllamaWire(), request)
            }
        }
    }
}
