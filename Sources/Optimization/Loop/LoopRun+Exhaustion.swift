import Evaluation
import TraceGraph

extension LoopRun {
    /// How many assignments there are of what the method can change, once every one of them was tried; nil before, and where
    /// they cannot be counted.
    ///
    /// A step that nothing is left for brings nothing, however much budget there is.
    var assignmentsTried: Int? {
        let definitions = loop.evaluator.subject.parameters.definitions.filter { Method.kinds.contains($0.kind) }
        guard !definitions.isEmpty else { return nil }
        var count = 1
        for definition in definitions {
            guard let own = definition.valueCount, own <= tried.count else { return nil }
            (count, _) = count.multipliedReportingOverflow(by: own)
            guard count <= tried.count else { return nil }
        }
        let seen = Set(tried.map { tried in definitions.map { tried.candidate[$0.name] ?? $0.initial } })
        return seen.count { zip(definitions, $0).allSatisfy { $0.allows($1) } } >= count ? count : nil
    }
}

extension ParameterDefinition {
    /// How many values it may have; nil for more than can be counted.
    fileprivate var valueCount: Int? {
        switch kind {
        case .text, .code, .examples: nil
        case .integer where constraint.range == nil: nil
        case .number, .integer, .choice, .flag: SearchDimension(self)?.count
        }
    }

    fileprivate func allows(_ value: Value) -> Bool {
        do { return try checked(value) == value } catch { return false }
    }
}
