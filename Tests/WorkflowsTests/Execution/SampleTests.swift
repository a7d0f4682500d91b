import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

/// What a run asks twice it is told twice, and a replay asks for the same.
@Suite("Samples within a run")
struct SampleTests {
    /// Answers with how the repeats of equal requests came, so that a mixed-up repeat shows in the output.
    private static func naming(_ known: [Int]) -> ScriptedReplies {
        ScriptedReplies { request in
            ChatReply(text: known.firstIndex(of: request.repetition).map { "sample \($0)" } ?? "another")
        }
    }

    private static let call = (0..<4).map { Repetition.of($0, in: "call", within: 0) }

    @Test("the first is the run's own, and no two places have the same repeat, also inside one another")
    func places() {
        var seen: Set<Int> = []
        for outer in 0..<20 {
            for place in 0..<50 {
                let first = Repetition.of(place, in: "item", within: outer)
                for inner in 0..<20 { seen.insert(Repetition.of(inner, in: "turn", within: first)) }
                #expect(place > 0 || first == outer)
            }
        }
        #expect(seen.count == 20 * 50 * 20)
        #expect(seen.allSatisfy { (0..<1 << 53).contains($0) })
    }

    @Test("equal calls of a program are samples of their own, in the order of the calls, also when all are unanswered")
    func program() async throws {
        let app = """
            import optrace, asyncio
            async def main(question: str):
                first = await asyncio.gather(*[optrace.ask_async(question) for _ in range(3)])
                other = await optrace.ask_async(question + "!")
                again = await optrace.ask_async(question)
                chosen = [await optrace.ask_async(question, sample=place) for place in (2, 2, 0)]
                return " | ".join(map(str, first + [other, again] + chosen))
            optrace.serve(main)
            """
        let yaml = "name: w\ninputs: { question: text }\nprogram: [python3, app.py]\nmodels: { task: scripted:a }"
        try await ProgramBench.run(["app.py": app]) { bench in
            for _ in 0..<3 {
                let model = Self.naming(Self.call)
                let trace = try await bench.trace(yaml, ["question": "a question"], model: model)
                #expect(
                    trace.ending
                        == "sample 0 | sample 1 | sample 2 | sample 0 | sample 3 | sample 2 | sample 2 | sample 0")
            }
        }
    }

    @Test("another repeat of the run asks for other samples")
    func repeats() async throws {
        let app = """
            import optrace
            def main(question: str): return optrace.ask(question) + optrace.ask(question)
            optrace.serve(main)
            """
        let yaml = "name: w\ninputs: { question: text }\nprogram: [python3, app.py]\nmodels: { task: scripted:a }"
        try await ProgramBench.run(["app.py": app]) { bench in
            let model = ScriptedReplies("ok")
            let workflow = try bench.workflow(yaml, model: model)
            for repetition in [0, 1, 0, 1] {
                _ = await workflow.run(
                    Candidate(values: [:]), on: Example(id: "a", fields: ["question": "q"]), repetition: repetition)
            }
            let asked = model.requests.map(\.repetition)
            #expect(Set(asked).count == 4 && asked.prefix(4) == asked.suffix(4))
        }
    }

    private func run(_ steps: String, _ model: ScriptedReplies, _ items: Value) async throws -> Trace {
        let yaml = "name: w\ninputs: { items: list }\nmodels: { task: scripted:a }\n\(steps)\noutput: $result"
        let workflow = try Workflow(
            file: WorkflowFixture.read(yaml, environment: [:]), models: { _ in model }, environment: [:])
        return await workflow.run(Candidate(values: [:]), on: Example(id: "a", fields: ["items": items]), repetition: 0)
    }

    @Test("each: equal elements, and what reads nothing of the element, have samples of their own; others do not")
    func each() async throws {
        let steps = """
            steps:
              result:
                each: $items
                as: item
                concurrency: 2
                steps:
                  blind: { prompt: "Think of anything." }
                  seeing: { prompt: "Think of {{item}}." }
                output: { blind: $blind, seeing: $seeing }
            """
        let model = Self.naming((0..<4).map { Repetition.of($0, in: "result", within: 0) })
        let trace = try await run(steps, model, ["a", "b", "a", "c"])
        let results = try #require(trace.result?.value.list)
        #expect(results.map { $0["blind"]?.text } == ["sample 0", "sample 1", "sample 2", "sample 3"])
        #expect(results.map { $0["seeing"]?.text } == ["sample 0", "sample 0", "sample 1", "sample 0"])
    }

    @Test("repeat: a turn that asks the same hears something else")
    func turns() async throws {
        let steps = """
            steps:
              result:
                repeat: 5
                start: { text: nothing }
                steps:
                  guess: { prompt: "Guess." }
                until: { equals: [$guess, "sample 3"] }
            """
        let model = Self.naming((0..<5).map { Repetition.of($0, in: "result", within: 0) })
        let trace = try await run(steps, model, [])
        #expect(trace.result?.value == "sample 3" && model.requests.count == 4)
    }
}
