import Evaluation
import TraceGraph

extension WorkflowReader {
    /// - Parameters:
    ///   - block: The `metrics` of the file.
    ///   - names: The names of all metrics, those included that could not be read.
    func readObjective(
        _ entry: SourceNode.Entry?, metrics: [MetricDeclaration], block: SourceNode.Entry?, names: [String]
    ) -> Objective? {
        guard let entry else {
            if let block, names.count > 1 {
                error(
                    block.place,
                    "there are several metrics and no objective; expected 'objective' to name one, or weights")
            }
            return metrics.first.map { Objective([Objective.Term($0.name, $0.kind.direction)]) }
        }
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.objective, what: "objective") else { return nil }
        let aims = keys.filter { WorkflowKeys.aims.contains($0.key) }
        guard let (key, aim) = aims.first, aims.count == 1 else {
            error(
                entry.place,
                "the objective names \(aims.isEmpty ? "no aim" : "several aims"); expected one of maximize, minimize, "
                    + "weights and front")
            return nil
        }
        guard let terms = terms(key, aim, metrics: metrics, names: names), !terms.isEmpty else { return nil }
        var objective = Objective(terms)
        objective.isFront = key == "front"
        if let risk = keys["risk"] { objective.risk = readRisk(risk) }
        if let limits = keys["subject_to"] { objective.constraints = readLimits(limits, names: names) }
        let rule = keys["limits"].flatMap { word($0, among: ["first", "priced"]) }
        if let limits = keys["limits"], keys["subject_to"] == nil {
            warning(limits.place, "there are no limits yet; 'subject_to' sets some")
        }
        if let rate = keys["rate"], rule != "priced" {
            warning(rate.place, "only prices have a rate; 'limits: priced' makes limits have prices")
        }
        if rule == "priced" { objective.limitRule = .priced(rate: number(keys["rate"], in: 0...(.infinity)) ?? 1) }
        if let robust = keys["robust"] { objective.robustness = readRobustness(robust) }
        for idle in [keys["risk"], keys["robust"]].compactMap(\.self) where objective.isFront {
            warning(
                idle.place, "the aims of a front are compared by their means; '\(idle.key)' makes no difference there")
        }
        return objective
    }

    private func terms(
        _ key: String, _ aim: SourceNode.Entry, metrics: [MetricDeclaration], names: [String]
    ) -> [Objective.Term]? {
        func direction(of name: String) -> MetricDirection {
            metrics.first { $0.name == name }?.kind.direction ?? .maximize
        }
        switch key {
        case "weights":
            guard let weights = anyEntries(of: aim.value, what: "weights") else { return nil }
            if !weights.contains(where: { number(ofWeight: $0) != 0 }) {
                let example = names.first.map { ", such as '{ \($0): 1 }'" } ?? ""
                error(
                    aim.value.place,
                    "nothing is aimed at: \(weights.isEmpty ? "no metric has a weight" : "every weight is 0"); expected the "
                        + "name of a metric with a weight\(example)")
                return nil
            }
            return weights.compactMap { weight in
                guard checkMetric(weight.key, at: weight.place, names: names), let number = number(weight) else {
                    return nil
                }
                if number > 0, direction(of: weight.key) == .minimize {
                    warning(weight.value.place, "less of '\(weight.key)' is better; a weight below 0 makes it count so")
                }
                return Objective.Term(weight.key, number < 0 ? .minimize : .maximize, weight: abs(number))
            }
        case "front":
            guard let listed = texts(aim) else { return nil }
            if listed.count < 2 {
                error(aim.value.place, "a front is of several metrics; expected two or more, found \(listed.count)")
                return nil
            }
            if let twice = listed.first(where: { name in listed.count { $0 == name } > 1 }) {
                error(aim.value.place, "'\(twice)' is named twice; expected different metrics for a front")
                return nil
            }
            return listed.compactMap { name in
                checkMetric(name, at: aim.value.place, names: names)
                    ? Objective.Term(name, direction(of: name)) : nil
            }
        default:
            guard let metric = text(aim), checkMetric(metric, at: aim.value.place, names: names) else { return nil }
            return [Objective.Term(metric, key == "maximize" ? .maximize : .minimize)]
        }
    }

    /// What cannot be read as a number has its own message.
    private func number(ofWeight entry: SourceNode.Entry) -> Double? {
        guard case .scalar(let scalar) = entry.value.content else { return nil }
        return SourceNode.meaning(of: scalar).number
    }

    func readRisk(_ entry: SourceNode.Entry) -> RiskMeasure {
        guard case .mapping = entry.value.content else {
            guard let text = text(entry) else { return .mean }
            if !["mean", "mixed"].contains(text) {
                error(
                    entry.value.place,
                    "'\(text)' is no risk; expected mean, mixed, or { worst: 0.2 } for the worst fifth")
            }
            return text == "mixed" ? .mixed : .mean
        }
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.risk, what: "risk") else { return .mean }
        guard let share = number(keys["worst"], in: 0...1) else {
            if keys["worst"] == nil { error(entry.place, "expected 'worst' with a share from 0 to 1 for 'risk'") }
            return .mean
        }
        return .tail(share: share)
    }

    private func readLimits(_ entry: SourceNode.Entry, names: [String]) -> [MetricConstraint] {
        guard let limits = anyEntries(of: entry.value, what: "subject_to") else { return [] }
        return limits.flatMap { limit -> [MetricConstraint] in
            guard checkMetric(limit.key, at: limit.place, names: names) else { return [] }
            guard case .mapping = limit.value.content else {
                let found = limit.value.text ?? "0.5"
                error(
                    limit.value.place,
                    "expected '{ at_most: \(found) }' or '{ at_least: \(found) }' for '\(limit.key)', found "
                        + Self.described(limit.value))
                return []
            }
            guard
                let keys = entries(of: limit.value, keys: WorkflowKeys.limit, what: "a limit")
            else { return [] }
            let most = number(keys["at_most"]).map { MetricConstraint(limit.key, atMost: $0) }
            let least = number(keys["at_least"]).map { MetricConstraint(limit.key, atLeast: $0) }
            if let most, let least, most.limit < least.limit {
                error(
                    limit.place,
                    "no '\(limit.key)' is at least \(least.limit) and at most \(most.limit); expected at_least to be the lower"
                )
            }
            if keys.isEmpty { error(limit.place, "'\(limit.key)' has no limit; expected at_most or at_least") }
            return [most, least].compactMap { $0 }
        }
    }

    private func readRobustness(_ entry: SourceNode.Entry) -> Robustness? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.robust, what: "robust") else { return nil }
        let standard = Robustness()
        return Robustness(
            kappa: number(keys["kappa"], in: 0...(.infinity)) ?? standard.kappa,
            perturbations: integer(keys["perturbations"], atLeast: 1) ?? standard.perturbations,
            paraphrases: integer(keys["paraphrases"], atLeast: 0, atMost: 20) ?? standard.paraphrases)
    }

    func checkMetric(_ name: String, at place: SourceNode.Place, names: [String]) -> Bool {
        if names.contains(name) { return true }
        let suggestion = Spelling.suggestion(for: name, among: names)
        var expected = names.isEmpty ? "; there are no metrics" : "; expected \(Self.listed(names))"
        // What every run is measured by anyway is quickly made a metric.
        if ["latency", "tokens", "cost"].contains(name) { expected += ", or '\(name): { \(name): }' under 'metrics'" }
        error(place, "no metric is called '\(name)'\(suggestion.isEmpty ? expected : suggestion)")
        return false
    }
}
