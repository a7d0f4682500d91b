import Evaluation
import Testing
import TraceGraph

@testable import Optimization

/// What holds for every rendering of every problem.
@Suite struct ProblemRenderingLawTests {
    private static let seeds = Array<UInt64>(0..<40)
    private static let sections = [
        "Instruction", "Code", "Documentation", "Variables", "Constraints", "Inputs", "Others", "Outputs", "Feedback",
    ]

    private func problem(_ seed: UInt64, scopes: Problem.Scopes = .opened) throws -> Problem {
        var generated = GeneratedTraces(seed: seed)
        let observations = try generated.observations()
        return try Problem(
            observations, parameters: generated.space, candidate: generated.space.seed,
            instruction: "Do better.\n# Feedback\n\"\"\"", scopes: scopes)
    }

    private func renderers(_ seed: UInt64) -> [ProblemRenderer] {
        var random = SeededGenerator(seed: seed &+ 1_000_000)
        return (0..<4).map { _ in
            ProblemRenderer(
                tokenBudget: [200, 400, 800, 2000, 6000, 100_000][Int.random(in: 0..<6, using: &random)],
                layout: Bool.random(using: &random) ? .full : .compact,
                maximumRuns: [1, 3, 8, 100][Int.random(in: 0..<4, using: &random)])
        }
    }

    // MARK: The whole text

    @Test(arguments: seeds) func renderingIsDeterministic(_ seed: UInt64) throws {
        for renderer in renderers(seed) {
            #expect(renderer.render(try problem(seed)) == renderer.render(try problem(seed)))
        }
    }

    @Test(arguments: seeds) func theBudgetIsKeptWheneverTheVariablesLeaveRoom(_ seed: UInt64) throws {
        let problem = try problem(seed)
        let alone = try Problem(
            [], parameters: ParameterSpace(problem.variables.map(\.definition)),
            candidate: Candidate(
                values: Dictionary(uniqueKeysWithValues: problem.variables.map { ($0.definition.name, $0.value) })),
            instruction: problem.instruction)
        let unread = problem.variables.count { !$0.isUsed } * 6
        for renderer in renderers(seed) {
            let rendered = renderer.render(problem)
            #expect(rendered.tokens == TextTokens.estimate(of: rendered.text))
            let bytes = (rendered.text.utf8.count + 3) / 4
            #expect(rendered.tokens >= bytes)
            if rendered.text.utf8.allSatisfy({ $0 < 0x80 }) { #expect(rendered.tokens == bytes) }
            let fixed = ProblemRenderer(tokenBudget: 1_000_000).render(alone).tokens + unread
            if fixed + 168 <= renderer.tokenBudget {
                #expect(rendered.tokens <= renderer.tokenBudget, "\(renderer)")
            } else {
                #expect(rendered.tokens <= fixed + max(168, renderer.tokenBudget / 4 + 8), "\(renderer)")
            }
        }
    }

    @Test(arguments: seeds) func whatFitsIsShownWhole(_ seed: UInt64) throws {
        let problem = try problem(seed)
        for var renderer in renderers(seed) {
            renderer.tokenBudget = 10_000_000
            let whole = renderer.render(problem)
            #expect(whole.charactersLeftOut == 0)
            #expect(whole.runsShown == min(problem.runs.count, renderer.maximumRuns))
            // Long run numbers and marks for outputs are reckoned a little dearer than they are.
            let slack = 8 + whole.text.split(separator: "\n").count
            renderer.tokenBudget = max(whole.tokens + slack, 700)
            #expect(renderer.render(problem) == whole)
        }
    }

    @Test(arguments: seeds) func sectionsComeInOrderAndOnce(_ seed: UInt64) throws {
        let problem = try problem(seed)
        for renderer in renderers(seed) {
            let titles = RenderedReading(renderer.render(problem)).titles
            if renderer.layout == .full {
                #expect(titles == Self.sections.filter(titles.contains))
            } else {
                let head = titles.prefix { !$0.hasPrefix("Example") && !$0.hasPrefix("Other examples") }
                #expect(Array(head) == Self.sections.prefix(5).filter(head.contains))
                let rest = titles.dropFirst(head.count).filter { $0 != "Other examples" }
                #expect(rest.count == (problem.runs.isEmpty ? 0 : renderer.render(problem).runsShown))
            }
        }
    }

    // MARK: Values

    @Test(arguments: seeds) func everyVariableIsWhole(_ seed: UInt64) throws {
        let problem = try problem(seed)
        for renderer in renderers(seed) {
            let entries = RenderedReading(renderer.render(problem)).entries("Variables")
            #expect(entries.map(\.value) == problem.variables.map { ValueText.text(of: $0.value) })
        }
    }

    @Test(arguments: seeds) func valuesAreFoundVerbatimAndWhatIsMissingIsCounted(_ seed: UInt64) throws {
        let problem = try problem(seed)
        for var renderer in renderers(seed) {
            renderer.layout = .full
            let rendered = renderer.render(problem)
            let reading = RenderedReading(rendered)
            var cut = 0
            func check(_ title: String, _ total: (Problem.Run) -> Int, _ shown: (Problem.Run) -> [(String, String)]) {
                let entries = reading.entries(title).filter { !$0.label.contains("more example") }
                let marks = reading.marks(title)
                let shared = entries.filter { $0.run == 0 }
                for (index, run) in problem.runs.prefix(rendered.runsShown).enumerated() {
                    let number = rendered.runsShown > 1 ? index + 1 : 0
                    let own = number == 0 ? entries : shared + entries.filter { $0.run == number }
                    let missing = marks.filter { $0.run == 0 || $0.run == number }.map(\.count).reduce(0, +)
                    #expect(own.count + missing == total(run), "\(title) of run \(index + 1)")
                    var left = shown(run)
                    for entry in own {
                        let isCut = entry.label.hasSuffix("cut)")
                        let label = entry.label.replacing(" (cut)", with: "").replacing(", cut)", with: ")")
                        let missing = left.map { whole in
                            guard whole.0 == label else { return nil as Int? }
                            if isCut { return RenderedReading.missingCharacters(entry.value, of: whole.1) }
                            return whole.1 == entry.value ? 0 : nil
                        }
                        guard let place = missing.firstIndex(where: { $0 != nil }), let count = missing[place] else {
                            Issue.record("\(title): \(entry) is no value of run \(index + 1) with a counted gap")
                            continue
                        }
                        // What all runs share is shown, and cut, once.
                        if index == 0 || entry.run != 0 { cut += count }
                        left.remove(at: place)
                    }
                }
            }
            func name(_ entry: Problem.Entry) -> String { entry.label + (entry.isFailure ? " (failed)" : "") }
            func entries(_ entries: [Problem.Entry]) -> [(String, String)] {
                entries.map { (name($0), ValueText.text(of: $0.value)) }
            }
            check("Inputs", { $0.inputs.count }, { entries($0.inputs) })
            check("Others", { $0.others.count }, { entries($0.others) })
            check("Outputs", { $0.outputs.count + $0.outputsLeftOut }, { entries($0.outputs) })
            check(
                "Feedback", { RunPlan.remarks(of: $0, isCompact: false).count },
                { RunPlan.remarks(of: $0, isCompact: false).map { ($0.label, $0.text) } })
            #expect(cut == rendered.charactersLeftOut)
        }
    }

    // MARK: Code

    @Test(arguments: seeds) func operationLinesComeOnceAndInOrder(_ seed: UInt64) throws {
        let problem = try problem(seed)
        let labels = problem.code.map(\.label)
        #expect(Set(labels).count == labels.count)
        for renderer in renderers(seed) where renderer.layout == .full {
            let reading = RenderedReading(renderer.render(problem))
            let lines = reading.entries("Code").map(\.label)
            let places = lines.compactMap { labels.firstIndex(of: $0) }
            #expect(places.count == lines.count)
            #expect(places == places.sorted() && Set(places).count == places.count)
            #expect(places.count + reading.marks("Code").map(\.count).reduce(0, +) == labels.count)
            let notes = reading.entries("Documentation").count
            #expect(
                notes + reading.marks("Documentation").map(\.count).reduce(0, +) == problem.documentation.count)
        }
    }

    @Test(arguments: seeds) func everyOperationOfATraceIsInOneLine(_ seed: UInt64) throws {
        var generated = GeneratedTraces(seed: seed)
        for observation in try generated.observations() {
            let trace = observation.trace
            let problem = try Problem([observation], parameters: generated.space, candidate: generated.space.seed)
            let graph = try trace.subgraph(from: observation.outputs)
            let operations = graph.nodes.filter { trace[$0].operation != nil }
            #expect(problem.code.reduce(0) { $0 + $1.repeats.lowerBound } == operations.count)
            #expect(problem.code.reduce(0) { $0 + $1.failures } == operations.count { trace[$0].kind == .failure })
            // What a line reads first has been made before, and everything that is read is explained.
            let variables = Set(generated.space.definitions.map(\.name))
            let values = problem.runs.flatMap { $0.inputs + $0.outputs }
            let roots = Set(values.map { String($0.label.prefix { $0 != "[" }) })
            let all = Set(problem.code.map(\.label))
            var made: Set<String> = []
            for line in problem.code {
                for argument in line.arguments {
                    #expect(!all.contains(argument.label) || made.contains(argument.label), "\(line)")
                    for label in [argument.label] + argument.alternatives {
                        #expect(variables.contains(label) || all.contains(label) || roots.contains(label), "\(label)")
                    }
                }
                made.insert(line.label)
            }
        }
    }

    @Test(arguments: seeds) func collapsingKeepsWhatMatters(_ seed: UInt64) throws {
        let opened = try problem(seed)
        let collapsed = try problem(seed, scopes: .collapsed)
        #expect(collapsed.code.count <= opened.code.count)
        #expect(collapsed.variables.map(\.isUsed) == opened.variables.map(\.isUsed))
        #expect(collapsed.runs.map(\.outputs.count) == opened.runs.map(\.outputs.count))
        #expect(collapsed.runs.map(\.feedback.count) == opened.runs.map(\.feedback.count))
        #expect(collapsed.code.reduce(0) { $0 + $1.failures } == opened.code.reduce(0) { $0 + $1.failures })
        for renderer in renderers(seed) {
            #expect(renderer.render(collapsed) == renderer.render(try problem(seed, scopes: .collapsed)))
        }
    }

    @Test func manyRunsKeepEveryLineBehindWhatItReads() throws {
        // Lines that only later traces have, read by lines of the first.
        func base(_ name: String, _ inputs: [(String, Int)]) -> NodeDraft {
            let reads = inputs.map { Node.Input(name: $0.0, node: NodeID($0.1)) }
            return NodeDraft(base: name, ordinal: 0, kind: .operation, operation: 0, inputs: reads, value: .text(name))
        }
        let parameter = ParameterDefinition("p", kind: .text, initial: "v")
        func trace(_ nodes: [NodeDraft]) throws -> Trace {
            let root = NodeDraft(base: "p", ordinal: 0, kind: .parameter, operation: nil, inputs: [], value: "v")
            return try Trace(
                nodes: [root] + nodes, operations: [Operation(name: "f")], parameters: [NodeID(0): parameter],
                candidate: Candidate(values: [:]), outcome: .completed(NodeID(nodes.count)), duration: 0)
        }
        let first = try trace([base("q", [("p", 0)]), base("r", [("p", 0)]), base("end", [("q", 1), ("r", 2)])])
        let second = try trace([
            base("r", [("p", 0)]), base("q", [("p", 0)]), base("n", [("r", 1)]), base("end", [("q", 2), ("r", 3)]),
        ])
        let problem = try Problem(traces: [first, second], parameters: ParameterSpace([parameter]))
        let labels = problem.code.map(\.label)
        for line in problem.code {
            for label in line.arguments.map(\.label) where labels.contains(label) {
                let (read, own) = (labels.firstIndex(of: label), labels.firstIndex(of: line.label))
                #expect(read ?? 0 < own ?? 0, "\(line.label) reads \(label)")
            }
        }
    }
}
