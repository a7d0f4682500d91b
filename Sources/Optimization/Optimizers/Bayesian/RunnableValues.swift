import Evaluation
import TraceGraph

extension ProposalContext {
    /// `definitions` without the options and flags that the workflow cannot run.
    ///
    /// - Throws: What the objection throws.
    func runnable(_ definitions: [ParameterDefinition]) async throws -> [ParameterDefinition] {
        var runnable: [ParameterDefinition] = []
        for var definition in definitions {
            let options: [Value] =
                switch definition.kind {
                case .choice: definition.constraint.options
                case .flag: [false, true]
                default: []
                }
            for option in options where try await objection(option, definition) != nil {
                definition = definition.without(option)
            }
            runnable.append(definition)
        }
        return runnable
    }
}

extension ParameterDefinition {
    /// The same parameter with `value` no option any more; a number's values stay as they are.
    func without(_ value: Value) -> ParameterDefinition {
        var definition = self
        switch kind {
        case .choice: definition.constraint.options.removeAll { $0 == value }
        case .flag:
            definition.kind = .choice
            definition.constraint.options = [.flag(value == false)]
        default: break
        }
        return definition
    }
}
