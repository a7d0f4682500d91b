import TraceGraph

/// The workflow file for a program that speaks the protocol, written from what the program says of itself.
public struct WrappedProgram: Sendable {
    public var greeting: ProgramGreeting
    /// The workflow's name.
    public var name: String
    /// The program and its arguments, as they are to be started in the file's folder.
    public var words: [String]
    /// Variables to pass on.
    public var environment: [String]
    public var isSandboxed: Bool
    /// A file with examples, as the workflow file is to name it; nil when that is still open.
    public var data: String?
    /// The field of an example that holds what is expected.
    public var expected: String

    public init(
        _ greeting: ProgramGreeting, name: String, words: [String], environment: [String] = [],
        isSandboxed: Bool = false, data: String? = nil, expected: String = "expected"
    ) {
        self.greeting = greeting
        self.name = name
        self.words = words
        self.environment = environment
        self.isSandboxed = isSandboxed
        self.data = data
        self.expected = expected
    }

    /// The text of the file. It can be run as it stands; what is still open is marked `TODO`.
    public var yaml: String {
        var lines = ["# Written by optrace wrap; what is marked TODO is open.", "name: \(name)"]
        if !greeting.documentation.isEmpty {
            lines.append("description: \(YAMLWriting.quoted(greeting.documentation))")
        }
        if !greeting.inputs.isEmpty {
            lines.append("inputs:")
            lines += greeting.inputs.map { "  \($0.name): \($0.kind.rawValue)" }
        }
        lines += models
        if !greeting.parameters.isEmpty {
            lines.append("parameters:")
            for parameter in greeting.parameters { lines += Self.lines(of: parameter) }
        }
        lines += program
        lines += dataLines
        return lines.joined(separator: "\n") + "\n"
    }

    private var models: [String] {
        var lines = ["models:"]
        for role in greeting.models where role != "optimizer" {
            let variable = role == "task" ? "OPTRACE_MODEL" : "OPTRACE_\(role.uppercased())_MODEL"
            lines.append("  \(role): ${\(variable):-local:default}")
        }
        let first = greeting.models.first { $0 != "optimizer" } ?? "local:default"
        return lines + ["  optimizer: ${OPTRACE_OPTIMIZER_MODEL:-\(first)}"]
    }

    private var program: [String] {
        let command = "[" + words.map(YAMLWriting.quoted).joined(separator: ", ") + "]"
        guard !environment.isEmpty || isSandboxed || greeting.concurrency != nil else { return ["program: \(command)"] }
        var lines = ["program:", "  command: \(command)"]
        if !environment.isEmpty { lines.append("  env: [\(environment.joined(separator: ", "))]") }
        if isSandboxed { lines.append("  sandbox: true") }
        if let concurrency = greeting.concurrency { lines.append("  concurrency: \(concurrency)") }
        return lines
    }

    private var dataLines: [String] {
        let fields = greeting.inputs.map { "\($0.name): \($0.name)" } + ["expected: \(expected)"]
        let open = [
            "data:", "  file: \(data ?? "data/\(name).jsonl")", "  map: { \(fields.joined(separator: ", ")) }",
            "  split: { train: 0.4, validation: 0.3, holdout: 0.3, seed: 1 }", "metrics:",
            "  accuracy: { normalized_match: $expected }", "objective: { maximize: accuracy }",
            "optimize: { optimizer: \(optimizer), steps: 4, minibatch: 4, budget: { calls: 1000, time: 20m } }",
            "gate: { metric: accuracy, alpha: 0.05 }",
        ]
        let questions = [
            "# TODO metric: is an output right when it equals what is expected? Others: contains, f1, numeric,",
            "#   json_fields, a judge with a rubric, code of your own.",
        ]
        guard data == nil else { return questions + open }
        return [
            "# TODO data: a file with one example a line, its inputs and what is expected, such as",
            "#   {\(greeting.inputs.map { "\"\($0.name)\": …" }.joined(separator: ", ")), \"\(expected)\": …}",
        ] + questions + ["# Then take away the marks before these lines to evaluate and optimize."]
            + open.map { "# \($0)" }
    }

    /// The first that can change what there is: texts and code want a model that proposes, numbers do not.
    private var optimizer: String {
        let wantsModel = greeting.parameters.contains { [.text, .code].contains($0.kind) }
        return wantsModel || greeting.parameters.isEmpty ? "optoprime" : "random"
    }

    // MARK: Parameters

    private static func lines(of parameter: ParameterDefinition) -> [String] {
        let constraint = parameter.constraint
        var lines = ["  \(parameter.name):", "    kind: \(parameter.kind.rawValue)"]
        lines.append("    value: " + YAMLWriting.scalar(parameter.initial, indent: "      "))
        if let range = constraint.range {
            let isWhole = parameter.kind == .integer
            let ends = [range.lowerBound, range.upperBound].map { number -> String in
                isWhole ? Int(exactly: number).map(String.init) ?? "\(number)" : "\(number)"
            }
            lines.append("    range: [\(ends.joined(separator: ", "))]")
        }
        if constraint.isLogarithmic { lines.append("    log: true") }
        if !constraint.options.isEmpty { lines.append("    options: \(YAMLWriting.flow(.list(constraint.options)))") }
        if !constraint.keep.isEmpty {
            lines.append("    keep: \(YAMLWriting.flow(.list(constraint.keep.map(Value.text))))")
        }
        if let most = constraint.maximumCount { lines.append("    max: \(most)") }
        if let most = constraint.maximumLength { lines.append("    max_length: \(most)") }
        if let language = constraint.language { lines.append("    language: \(language)") }
        if let entry = constraint.entry { lines.append("    entry: \(YAMLWriting.flow(.text(entry)))") }
        if let note = constraint.note { lines.append("    note: \(YAMLWriting.flow(.text(note)))") }
        if !parameter.documentation.isEmpty {
            lines.append("    description: \(YAMLWriting.flow(.text(parameter.documentation)))")
        }
        return lines
    }
}
