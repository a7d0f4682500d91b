import LanguageModels
import TestFuzzing
import Testing
import TraceGraph

@testable import Evaluation

/// Files of examples and verdicts of judges, mutated.
@Suite("Fuzzed datasets and judgements", .timeLimit(Fuzz.patience)) struct DatasetFuzzTests {
    static let corpus = [
        "{\"id\": \"a\", \"text\": \"Where is it?\", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": 5, \"more\": [1, {\"a\": null}]}\n",
        "id,text,label\na,\"Where, is \"\"it\"\"?\",x\nb,\"two\nlines\",5\n",
        "id\ttext\tlabel\r\na\tWhere\tx\r\n\r\nb\t\"q\t\"\t5\r\n",
        "\u{FEFF}text,label\nx,y\n", "text\n", "",
    ]
    static let words = [
        ",", "\t", "\"", "\"\"", "\n", "id", "text", "label", "{", "}", ":", "[", "]", "a,b,c,d\n", "{\"id\": \"a\"}\n",
    ]

    @Test(
        "are read, or every fault has its line", arguments: [DatasetFormat.jsonLines, .commaSeparated, .tabSeparated])
    func datasets(_ format: DatasetFormat) {
        Fuzz.run("datasets", 2_000, Mutator(corpus: Self.corpus, words: Self.words, seed: 9)) { bytes, _ in
            let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
            do throws(DatasetError) {
                let data = try Dataset(
                    contents: bytes, path: "data", format: format, mapping: ["message": "text"], required: ["label"])
                #expect(Set(data.examples.map(\.id)).count == data.count)
                for example in data.examples { #expect(example["message"] != nil && example["label"] != nil) }
            } catch {
                #expect(!error.faults.isEmpty)
                for fault in error.faults { #expect((1...lines).contains(fault.line), "\(fault)") }
            }
        }
    }

    @Test("judgements are scores from 0 to 1, or say what is wrong") func judgements() {
        let corpus = [
            #"{"reasons": "fine", "verdict": "yes"}"#, #"{"reasons": "so so", "score": 7}"#,
            "```json\n{\"verdict\": true}\n```", "I think {\"score\": \"8/10\"} is right", "yes",
        ]
        Fuzz.run("judgements", 3_000, Mutator(corpus: corpus, words: Self.words, seed: 10)) { bytes, _ in
            let reply = ChatReply(text: String(decoding: bytes, as: UTF8.self))
            for scale in Judge.Scale.allCases {
                switch Judgement.read(reply, scale: scale) {
                case .success(let judgement): #expect((0...1).contains(judgement.value))
                case .failure(let fault): #expect(!fault.reason.isEmpty)
                }
            }
        }
    }
}
