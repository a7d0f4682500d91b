import Evaluation
import TraceGraph

/// A run as an example that a step is shown: what the step read and what it should answer.
enum Demonstration {
    /// What `parameter` can show of a run.
    ///
    /// Where the step that reads the parameter is the last one that asks a model, what comes of it is what comes of the whole:
    /// the values that the workflow reads, and its output under the field that holds what is expected. An inner step is
    /// shown what it was given, by the names of its arguments, and what it answered, by its own name.
    ///
    /// - Parameters:
    ///   - output: What the workflow should answer; nil for what the run answered.
    ///   - field: Where the data hold what is expected; nil when they do not.
    /// - Returns: Nil for an inner step where only the whole's answer is known.
    /// - Complexity: O(nodes + edges).
    static func value(
        of evaluation: Evaluation, for parameter: String, output: Value? = nil, field: String?
    ) -> Value? {
        let trace = evaluation.trace
        if let step = innerStep(reading: parameter, in: trace) {
            guard output == nil else { return nil }
            var fields = Fields()
            for input in step.reader.inputs where trace[input.node].kind != .parameter {
                fields[input.name] = trace[input.node].value
            }
            fields[step.answer.base] = step.answer.value
            return .object(fields)
        }
        let read = Set(trace.nodes.filter { $0.kind == .input }.map(\.base))
        var fields = evaluation.example.fields
        if fields.contains(where: { read.contains($0.name) }) {
            fields = Fields(
                fields.filter { read.contains($0.name) || $0.name == field }.map { ($0.name, $0.value) })
        }
        if let field, let answer = output ?? trace.result?.value { fields[field] = answer }
        return .object(fields)
    }

    /// `demonstration` with what is under `field` under another name instead; nil where that is nothing else.
    static func renamed(_ demonstration: Value, _ field: String?, to name: String?) -> Value? {
        guard let field, let name, name != field, let fields = demonstration.object, fields[field] != nil,
            fields[name] == nil
        else { return nil }
        return .object(Fields(fields.map { ($0.name == field ? name : $0.name, $0.value) }))
    }

    /// The operation that reads the parameter, and the one that asks a model with it, where another one asks a model with
    /// what that answers.
    private static func innerStep(reading parameter: String, in trace: Trace) -> (reader: Node, answer: Node)? {
        guard let root = trace.parameters.first(where: { trace[$0].parameter?.name == parameter }) else { return nil }
        let asking = Set(trace.calls.map(\.node))
        var below: Set<NodeID> = [root]
        var reader: Node?
        var answer: Node?
        var underAnswer: Set<NodeID> = []
        for node in trace.nodes where node.id > root {
            guard node.parents.contains(where: below.contains) else { continue }
            below.insert(node.id)
            if reader == nil, node.parents.contains(root) { reader = node }
            if node.parents.contains(where: underAnswer.contains) {
                if asking.contains(node.id) { return reader.flatMap { first in answer.map { (first, $0) } } }
                underAnswer.insert(node.id)
            } else if answer == nil, asking.contains(node.id) {
                answer = node
                underAnswer.insert(node.id)
            }
        }
        return nil
    }
}

extension ProposalContext {
    /// What `variable` can show of a run; see ``Demonstration/value(of:for:output:field:)``.
    ///
    /// A prompt that shows examples names their fields. Where it does not know the answer by the name that the data have for
    /// what is expected, it is tried by the name of the workflow's last step.
    ///
    /// - Returns: Nil where there is nothing to show, or nothing that the workflow could be run with.
    /// - Throws: What ``objection`` throws.
    func demonstration(
        of evaluation: Evaluation, for variable: ParameterDefinition, output: Value? = nil
    ) async throws -> Value? {
        let field = expectations?.field
        guard
            let shown = Demonstration.value(of: evaluation, for: variable.name, output: output, field: field)
        else { return nil }
        return try await showable(shown, in: variable, answer: evaluation.trace.result?.base)
    }

    /// `demonstration`, or the same with the answer under the name `answer`, whichever can be run; nil for neither.
    ///
    /// - Throws: What ``objection`` throws.
    func showable(_ demonstration: Value, in variable: ParameterDefinition, answer: String?) async throws -> Value? {
        let renamed = Demonstration.renamed(demonstration, expectations?.field, to: answer)
        for form in [demonstration, renamed].compactMap({ $0 }) {
            if try await objection(.list([form]), variable) == nil { return form }
        }
        return nil
    }
}
