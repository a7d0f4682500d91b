import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// Calls a function; the parameter that holds its source is the input `code`.
    ///
    /// The call counts as one of a model's code also when the function itself is the author's but works on what an altered
    /// code parameter decides: nothing tells whether it executes it.
    func call(
        _ code: CodeAction, in step: WorkflowStep, _ arguments: [(name: String, value: Traced<Value>)], _ known: Known
    ) async throws -> Traced<Value> {
        let entry = code.source.entry
        var inputs: [TracedInput] = []
        let source: String
        switch code.source.text {
        case .fixed(let text, _): source = text
        case .parameter(let reference):
            let parameter = try self.known(reference.name, known)
            source = parameter.value.plainText
            inputs.append(parameter.input(as: arguments.contains { $0.name == "code" } ? "source" : "code"))
        }
        inputs += arguments.map { $0.value.input(as: $0.name) }
        let function = CodeFunction(
            language: code.source.language, source: source, entry: entry,
            origin: workflow.reach.origin(of: step.references, altering: altered))
        guard let runtime = workflow.runtimes[code.source.language] else {
            throw WorkflowError(.noRuntime, "nothing here can run \(code.source.language)")
        }
        return try await traced(
            entry.name, node: step.name, inputs: inputs, documentation: Self.documentation(of: code.source, in: step)
        ) {
            let values = Fields(arguments.map { ($0.name, $0.value.value) })
            let isKept = step.caches ?? true
            let execution = execution(of: step, on: values, isKept: isKept)
            return try await chancing(execution, if: { Self.isChance($0, isKept: isKept) }) {
                guard let nodes = workflow.nodes, isKept else {
                    return try await own(execution, remedy: "it says 'cache: false'") {
                        try await runtime.call(function, arguments: values)
                    }
                }
                let version: Value = [
                    "language": .text(function.language), "source": .text(source), "entry": .text(entry.description),
                    "runtime": .text(try await runtime.identity()),
                ]
                let key = NodeKey("code", version: version, inputs: values, repetition: repetition)
                return try await nodes.value(for: key) { try await runtime.call(function, arguments: values) }
            }
        }
    }

    /// Whether the code might do better next time.
    private static func isChance(_ failure: any NamedFailure, isKept: Bool) -> Bool {
        guard let error = failure as? CodeError else { return false }
        return error.isChance || (!isKept && error.blamesCode)
    }

    private static func documentation(of source: CodeSource, in step: WorkflowStep) -> String {
        var sentences = step.description.isEmpty ? [] : [step.description]
        switch source.text {
        case .parameter: sentences.append("Calls \(source.entry), which the code defines.")
        case .fixed(let text, _):
            sentences.append("Calls \(source.entry).")
            if step.description.isEmpty, let said = docstring(of: source.entry.name, in: text) {
                sentences.append(said)
            }
        }
        return sentences.joined(separator: " ")
    }

    /// The first paragraph of what a Python function says about itself; nil when it says nothing.
    static func docstring(of name: String, in source: String) -> String? {
        guard let definition = source.firstRange(of: "def \(name)(") else { return nil }
        let body = source[definition.upperBound...]
        guard let quote = body.firstRange(of: "\"\"\""),
            body[..<quote.lowerBound].last(where: { !$0.isWhitespace }) == ":",
            let end = body[quote.upperBound...].firstRange(of: "\"\"\"")
        else { return nil }
        let lines = body[quote.upperBound..<end.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        let words = lines.prefix { $0.contains { !$0.isWhitespace } }.flatMap {
            $0.split(whereSeparator: \.isWhitespace)
        }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}

extension CodeError {
    /// Whether the same call may come to another end next time: on a machine with less to do.
    var isChance: Bool { [.timeout, .processorTime, .exited, .startFailed].contains(code) }
}
