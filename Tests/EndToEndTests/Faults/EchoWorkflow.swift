import Synchronization
import TestServer

/// The smallest workflow with a model in it: eight words that the model has to repeat.
enum EchoWorkflow {
    static let words = ["alder", "birch", "cedar", "maple", "oak", "pine", "rowan", "willow"]
    static let key = "sk-marked-key-4711-never-shown"

    static let yaml = """
        name: echo
        inputs: { word: text }
        models:
          task: openai:small
        parameters:
          instruction: { kind: text, value: Repeat the word. }
        steps:
          reply: { prompt: { system: $instruction, user: "{{word}}" }, model: task, temperature: 0, max_tokens: 8 }
        output: $reply
        data:
          file: words.jsonl
          map: { word: word, expected: word }
          split: { train: 0.5, validation: 0.25, holdout: 0.25, seed: 5 }
        metrics:
          accuracy: { exact_match: $expected }
        optimize: { optimizer: optoprime, steps: 1, minibatch: 4, siblings: 1 }

        """

    /// Installs it in a folder of its own, with an endpoint at `url`, few tries and short waits between them.
    static func program(at url: String) throws -> Program {
        var program = try Program()
        try program.write(yaml, to: "echo.yaml")
        try program.write(words.map { #"{"id": "\#($0)", "word": "\#($0)"}"# + "\n" }.joined(), to: "words.jsonl")
        program.environment = [
            "OPENAI_BASE_URL": "\(url)/v1", "OPENAI_API_KEY": key, "OPTRACE_RETRIES": "2",
            "OPTRACE_RETRY_DELAY": "0.004s",
        ]
        return program
    }

    /// A server that repeats the word, but for the requests that `extent` means.
    static func server(_ fault: TestFault, _ extent: FaultExtent) throws -> TestServer {
        let counted = Mutex(0)
        return try TestServer.chat { chat in
            let number = counted.withLock { count in
                count += 1
                return count
            }
            return extent.includes(number, chat.prompt) ? .response(fault.response) : .text(chat.prompt)
        }
    }
}

/// Which requests go wrong.
enum FaultExtent: Sendable, CustomStringConvertible {
    /// The first one.
    case once
    /// Every one about one word.
    case oneWord
    /// Every one.
    case always
    /// Every one after the first few.
    case later

    static let word = "maple"

    func includes(_ number: Int, _ prompt: String) -> Bool {
        switch self {
        case .once: number == 1
        case .oneWord: prompt == Self.word
        case .always: true
        case .later: number > 3
        }
    }

    var description: String {
        switch self {
        case .once: "once"
        case .oneWord: "for one example"
        case .always: "always"
        case .later: "from the fourth call on"
        }
    }
}
