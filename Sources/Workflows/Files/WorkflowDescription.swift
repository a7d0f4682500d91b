public import Evaluation
import LanguageModels
import TraceGraph

/// What a workflow consists of, in words for a person: the text of `optrace validate`.
public struct WorkflowDescription: Sendable, CustomStringConvertible {
    /// One line for each thing worth knowing.
    public let lines: [String]

    /// - Parameters:
    ///   - dataset: The examples, when they were read.
    ///   - split: How they were divided.
    public init(_ file: WorkflowFile, dataset: Dataset? = nil, split: Split? = nil) {
        var lines = [file.name]
        if let first = file.description.split(separator: "\n").first { lines.append("  \(first)") }
        lines.append("inputs      " + Self.joined(file.inputs.map { "\($0.name): \($0.kind.rawValue)" }))
        if !file.constants.isEmpty {
            lines.append("constants   " + Self.joined(file.constants.map { "\($0.name): \($0.value.kindName)" }))
        }
        if !file.models.isEmpty {
            lines.append(
                "models      "
                    + Self.joined(
                        file.models.map { role in
                            "\(role.role) = "
                                + ([role.model] + role.fallbacks).map(\.description).joined(separator: ", else ")
                        }))
        }
        for (index, parameter) in file.parameters.enumerated() {
            let definition = parameter.definition
            let constraint = definition.constraint.summary.map { " (\($0))" } ?? ""
            let origin = parameter.file.map { " from \($0)" } ?? ""
            lines.append(
                (index == 0 ? "parameters  " : "            ")
                    + "\(definition.name): \(definition.kind.rawValue)\(constraint)\(origin)")
        }
        for (index, step) in file.steps.enumerated() {
            lines.append((index == 0 ? "steps       " : "            ") + Self.line(for: step))
        }
        for (index, binding) in file.bindings.enumerated() {
            let place = (binding.operation.map { "\($0)/" } ?? "") + binding.input
            lines.append((index == 0 ? "bindings    " : "            ") + "\(binding.parameter) is \(place)")
        }
        if !file.isObserved {
            lines.append("output      " + Self.joined(file.output.references.map(\.description)))
        }
        if let data = file.data {
            var line = "data        \(data.file)"
            if let dataset { line += ": \(dataset.count) examples" }
            if let split {
                line +=
                    " (\(split.train.count) train, \(split.validation.count) validation, \(split.holdout.count) hold-out)"
            }
            lines.append(line)
            lines += split?.remarks.map { "            \($0)" } ?? []
        }
        if !file.metrics.isEmpty {
            lines.append("metrics     " + Self.joined(file.metrics.map { "\($0.name) (\($0.kind.rawValue))" }))
        }
        if let objective = file.objective { lines.append("objective   " + objective.summary) }
        let options = file.optimize.options.map { "\($0.name) = \($0.value.json)" }
        if file.optimize.optimizer != nil || !options.isEmpty {
            lines.append(
                "optimizer   \(file.optimize.optimizer ?? "the default")"
                    + (options.isEmpty ? "" : " with \(Self.joined(options))"))
        }
        if let gate = file.gate {
            let risk = gate.risk.map { $0 == .mean ? "" : "\($0.summary) of " } ?? ""
            lines.append("gate        \(risk)\(gate.metric) at alpha \(gate.alpha)")
        }
        self.lines = lines
    }

    private static func line(for step: WorkflowStep) -> String {
        let reads = Set(step.references.map(\.name)).sorted()
        let does =
            switch step.action {
            case .prompt(let prompt):
                switch prompt.model {
                case .fixed(let model): "asks \(model)"
                case .role(let role): "asks \(role)"
                case .parameter(let reference): "asks the model \(reference)"
                }
            case .code(let code): "calls \(code.source.entry.name)"
            case .command(let command): "runs \(command.arguments.first?.template.source ?? "")"
            case .program(let program): "runs \(program.words.joined(separator: " ")) over the protocol"
            case .http(let http): "asks \(http.address.template.source)"
            case .each(let action):
                "does with each \(action.element): \(joined(action.block.steps.map(\.name)))"
            case .when(let when):
                "does \(joined(when.then.steps.map(\.name))) or \(joined(when.otherwise?.steps.map(\.name) ?? []))"
            case .repeat(let action): "repeats \(joined(action.block.steps.map(\.name)))"
            case .workflow(let action): "runs \(action.path): \(joined(action.block.steps.map(\.name)))"
            }
        return "\(step.name): \(does), reads \(joined(reads))"
    }

    private static func joined(_ words: [String]) -> String {
        words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }

    public var description: String { lines.joined(separator: "\n") }
}
