import LanguageModels
import TraceGraph

/// Writes a suite as a workflow file, its dataset and, where it takes one, a metric in Python.
struct PromptfooWorkflow {
    private let suite: PromptfooSuite
    private let name: String
    private let folder: String
    private var source: PromptfooSource
    /// Names of tests, as they are called in the workflow.
    private let inputs: [(name: String, variable: String)]
    private let scoring: PromptfooScoring

    var remarks: [String] { source.remarks }

    init(_ suite: PromptfooSuite, name: String, source: PromptfooSource, folder: String) {
        var source = source
        var inputs: [(name: String, variable: String)] = []
        var read: [String] = []
        for variable in suite.prompts.flatMap(\.names) where !read.contains(variable) { read.append(variable) }
        for variable in read { inputs.append((variable, variable)) }
        let given = suite.tests.reduce(into: Set<String>()) { $0.formUnion($1.vars.names) }
        for variable in read where !given.contains(variable) && !suite.tests.isEmpty {
            source.remark("no test says what {{\(variable)}} is; it is left empty")
        }
        self.inputs = inputs
        self.scoring = PromptfooScoring(suite.tests, inputs: inputs.map(\.variable), &source)
        self.suite = suite
        self.name = name
        self.folder = folder
        self.source = source
    }

    mutating func files() -> [PromptfooImport.File] {
        var lines = [
            "# Made of \(source.path.split(separator: "/").last ?? "") by optrace import promptfoo.",
            "name: \(YAMLWriting.quoted(name))",
        ]
        if !suite.description.isEmpty { lines.append("description: \(YAMLWriting.flow(.text(suite.description)))") }
        if !inputs.isEmpty {
            lines.append("inputs:")
            lines += inputs.map { "  \($0.name): \(kind(of: $0.variable))" }
        }
        lines += models()
        let step = step()
        let reply = free("reply")
        lines += ["parameters:"] + step.parameters + ["steps:", "  \(reply):"] + step.lines + ["output: $\(reply)"]
        if !suite.tests.isEmpty { lines += data() }
        var files = [PromptfooImport.File(path: "\(name).yaml", content: lines.joined(separator: "\n") + "\n")]
        if !suite.tests.isEmpty { files.append(.init(path: "\(name).jsonl", content: rows())) }
        if let program = scoring.program { files.append(.init(path: "\(name)_assertions.py", content: program)) }
        return files
    }

    // MARK: Models

    private mutating func models() -> [String] {
        var task = "local:default"
        if let first = suite.providers.first {
            task = "\(first.model)"
        } else {
            source.remark("no provider could be carried over; the role 'task' is played by \(task)")
        }
        var lines = ["models:", "  task: ${OPTRACE_MODEL:-\(task)}"]
        lines.append("  optimizer: ${OPTRACE_OPTIMIZER_MODEL:-task}")
        if scoring.hasRubric { lines.append("  judge: ${OPTRACE_JUDGE_MODEL:-task}") }
        return lines
    }

    // MARK: Prompts

    /// The step that asks, and the parameters it reads.
    private mutating func step() -> (parameters: [String], lines: [String]) {
        var (parameters, lines) = (suite.prompts.allSatisfy(\.isText) ? texts() : chat())
        var model = "task"
        let models = suite.providers.map { "\($0.model)" }
        if Set(models).count > 1 {
            let options = models.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            parameters += [
                "  \(free("model")):", "    kind: choice", "    value: \(YAMLWriting.flow(.text(options[0])))",
                "    options: \(YAMLWriting.flow(.list(options.map(Value.text))))",
            ]
            source.remark(
                "\(options.count) providers became the options of the choice '\(free("model"))'; the first is asked now"
            )
            model = "$\(free("model"))"
        }
        lines.append("    model: \(model)")
        let settings = suite.providers.first?.settings ?? Fields()
        if suite.providers.contains(where: { $0.settings != settings }) {
            source.remark(
                "the settings of \(suite.providers[0].model) are those of all; the other providers had others")
        }
        for (key, value) in settings { lines.append("    \(key): \(YAMLWriting.flow(value))") }
        return (parameters, lines)
    }

    /// One text is a parameter that can be rewritten, several are the options of a choice.
    private mutating func texts() -> (parameters: [String], lines: [String]) {
        let prompts = suite.prompts
        guard prompts.count > 1 else {
            return (
                parameter(free("prompt"), prompts[0].messages[0].text, file: prompts[0].file),
                ["    prompt: $\(free("prompt"))"]
            )
        }
        source.remark(
            "\(prompts.count) prompts became the options of the choice '\(free("prompt"))'; make it a text to have one rewritten"
        )
        let options = prompts.map { Value.text($0.messages[0].text) }
        var lines = [
            "  \(free("prompt")):", "    kind: choice", "    value: \(YAMLWriting.flow(options[0]))", "    options:",
        ]
        var seen: Set<Value> = []
        for option in options where seen.insert(option).inserted {
            lines.append("      - \(YAMLWriting.flow(option))")
        }
        return (lines, ["    prompt: $\(free("prompt"))"])
    }

    /// The system's words and the last of the user are parameters, what stands between them stays.
    private mutating func chat() -> (parameters: [String], lines: [String]) {
        let chosen = suite.prompts.first { !$0.isText } ?? suite.prompts[0]
        for other in suite.prompts where other != chosen {
            source.remark("\(other.label): left out, because a step is one chat; \(chosen.label) is carried over")
        }
        let last = chosen.messages.lastIndex { $0.role == .user }
        let first = chosen.messages.firstIndex { $0.role == .system }
        var parameters: [String] = []
        var lines = ["    messages:"]
        for (place, message) in chosen.messages.enumerated() {
            // What begins with a dollar would be a name.
            let isFixed = place != last && place != first && !message.text.hasPrefix("$")
            guard !isFixed else {
                lines.append("      - \(message.role.rawValue): \(YAMLWriting.flow(.text(message.text)))")
                continue
            }
            let name = free(place == first ? "system" : place == last ? "prompt" : "message_\(place + 1)")
            parameters += parameter(name, message.text, file: nil)
            lines.append("      - \(message.role.rawValue): $\(name)")
        }
        return (parameters, lines)
    }

    private func parameter(_ name: String, _ text: String, file: String?) -> [String] {
        var lines = ["  \(name):", "    kind: text"]
        if let file {
            lines.append("    value: \(YAMLWriting.flow(.text("file://" + relative(file))))")
        } else {
            lines.append("    value: " + YAMLWriting.scalar(.text(text), indent: "      "))
        }
        // A rewritten prompt that drops what it is about is none.
        let kept = NunjucksText(text).names.map { "{{\($0)}}" }.filter(text.contains)
        if !kept.isEmpty { lines.append("    keep: \(YAMLWriting.flow(.list(kept.map(Value.text))))") }
        return lines
    }

    /// The way from the workflow's folder to a file that the configuration names.
    private func relative(_ file: String) -> String {
        let target = SourceFiles.path(file, in: source.folder)
        let own = SourceFiles.path(folder, in: "")
        guard target.hasPrefix("/") == own.hasPrefix("/") else { return target }
        let (to, from) = (target.split(separator: "/"), own.split(separator: "/"))
        let shared = zip(to, from).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: from.count - shared) + to.dropFirst(shared).map(String.init))
            .joined(separator: "/")
    }

    /// The name, or a longer one where a variable of the tests has it.
    private func free(_ name: String) -> String { inputs.contains { $0.name == name } ? free(name + "_") : name }

    // MARK: Data

    private func kind(of variable: String) -> String {
        let values = suite.tests.compactMap { $0.vars[variable] }
        if values.isEmpty || values.allSatisfy({ $0.text != nil || $0.number != nil }) { return "text" }
        if values.allSatisfy({ $0.object != nil }) { return "object" }
        return "any"
    }

    private func data() -> [String] {
        let fields = inputs.map(\.name) + scoring.fields
        return [
            "data:", "  file: \(YAMLWriting.quoted("\(name).jsonl"))",
            "  map: { \(fields.map { "\($0): \($0)" }.joined(separator: ", ")) }",
            "  split: { train: 0.4, validation: 0.3, holdout: 0.3, seed: 1 }",
        ] + scoring.lines(checks: "\(name)_assertions.py")
    }

    private func rows() -> String {
        var taken: [String: Int] = [:]
        return suite.tests.enumerated().map { place, test in
            var id = test.description ?? "test-\(place + 1)"
            let count = taken[id, default: 0]
            taken[id] = count + 1
            if count > 0 { id += " (\(count + 1))" }
            var row: Fields = ["id": .text(id)]
            for input in inputs {
                let kind = kind(of: input.variable)
                let value = test.vars[input.variable] ?? (kind == "object" ? .object([:]) : "")
                row[input.name] = kind == "text" ? .text(value.plainText) : value
            }
            for (name, value) in scoring.values(of: test) { row[name] = value }
            return Value.object(row).json + "\n"
        }.joined()
    }
}
