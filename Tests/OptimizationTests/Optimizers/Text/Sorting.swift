import Evaluation
import TraceGraph

@testable import Optimization

/// Chats until the instruction names every word; then it answers with one of them, right for one example in two.
struct Sorting: Optimizable {
    static let words = ["account", "delivery", "payment", "return"]
    static let instruction = ParameterDefinition("instruction", kind: .text, initial: "Sort the message.")

    var parameters: ParameterSpace { ParameterSpace([Self.instruction]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        let text = candidate["instruction"]?.text ?? Self.instruction.initial.plainText
        return await Trace.record(candidate) {
            let message = Traced(example.id, name: "message")
            let told = Traced<Value>.parameter(Self.instruction)
            let reply = traced(
                "ask", node: "reply", inputs: [told.input(as: "instruction"), message.input(as: "message")]
            ) { () -> String in
                guard Self.words.allSatisfy(text.contains) else { return "What a message!" }
                let isRight = Int(example.id.dropFirst()).map { $0 % 2 == 0 } ?? false
                return isRight ? example["expected"]?.text ?? "" : "return"
            }
            return traced("tidy", node: "queue", inputs: [reply.input(as: "reply")]) { reply.value }
        }
    }

    static func examples(_ count: Int, _ prefix: String) -> [Example] {
        (0..<count).map { index in
            Example(
                id: "\(prefix)\(index)", fields: ["expected": .text(words[index / 2 % 4]), "text": "a message"])
        }
    }
}
