import Evaluation
import LanguageModels
import TraceGraph

extension WorkflowReader {
    func readData(_ entry: SourceNode.Entry?, inputs: [WorkflowInput]) -> DataSource? {
        guard let entry, let keys = entries(of: entry.value, keys: WorkflowKeys.data, what: "data") else { return nil }
        let map = mappedFields(keys["map"])
        for name in meanings.keys where meanings[name] != .input && map.contains(where: { $0.name == name }) {
            let place = keys["map"]?.value.entry(name)?.place ?? entry.place
            error(place, "'\(name)' is \(described(name)); 'map' names inputs and what is expected")
        }
        guard let file = keys["file"] else {
            error(entry.place, "data names no file; expected 'file' with a .jsonl, .csv or .tsv file")
            return nil
        }
        let split = keys["split"].flatMap(splitSettings)
        guard let written = text(file) else { return nil }
        let name = written.hasPrefix(Self.filePrefix) ? String(written.dropFirst(Self.filePrefix.count)) : written
        guard let path = contents(of: name, at: file.value.place)?.path else { return nil }
        guard DatasetFormat(path: path) != nil else {
            error(file.value.place, "'\(name)' is no kind of data file; expected .jsonl, .csv or .tsv")
            return nil
        }
        return DataSource(
            file: path, map: map, id: text(keys["id"]), split: split, location: location(file.value.place))
    }

    private func mappedFields(_ entry: SourceNode.Entry?) -> [MappedField] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "map") else { return [] }
        return entries.compactMap { entry in text(entry).map { MappedField(entry.key, field: $0) } }
    }

    private func splitSettings(_ entry: SourceNode.Entry) -> SplitSettings? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.split, what: "split") else { return nil }
        var shares: [Double] = []
        for key in ["train", "validation", "holdout"] {
            guard keys[key] != nil else {
                error(entry.place, "the split has no share for '\(key)'; expected train, validation and holdout")
                return nil
            }
            guard let share = number(keys[key], in: 0...1) else { return nil }
            shares.append(share)
        }
        let sum = shares.reduce(0, +)
        guard abs(sum - 1) < 1e-9 else {
            let shown = (sum * 1_000_000).rounded() / 1_000_000
            error(entry.value.place, "the shares of the split add up to \(shown), expected 1")
            return nil
        }
        return SplitSettings(
            train: shares[0], validation: shares[1], holdout: shares[2], seed: integer(keys["seed"], atLeast: 0) ?? 0)
    }

    // MARK: Optimize, gate

    func readOptimize(_ entry: SourceNode.Entry?) -> OptimizeSettings {
        var settings = OptimizeSettings(budget: .unlimited)
        guard let entry, let keys = entries(of: entry.value, keys: WorkflowKeys.optimize, what: "optimize") else {
            return settings
        }
        settings.optimizer = text(keys["optimizer"])
        settings.location = keys["optimizer"].map { location($0.value.place) }
        settings.options = optimizerSettings(keys["options"])
        settings.steps = integer(keys["steps"], atLeast: 1, atMost: OptimizeSettings.mostSteps)
        settings.minibatch = integer(keys["minibatch"], atLeast: 1, atMost: OptimizeSettings.mostExamples)
        settings.siblings = integer(keys["siblings"], atLeast: 1, atMost: OptimizeSettings.mostSiblings)
        settings.seed = integer(keys["seed"], atLeast: 0)
        settings.giveUp = number(keys["give_up"], in: 0.5...1)
        settings.repeats = keys["repeats"].flatMap(repeats)
        if let budget = keys["budget"], let keys = entries(of: budget.value, keys: WorkflowKeys.budget, what: "budget")
        {
            settings.budget = Budget(
                calls: integer(keys["calls"], atLeast: 0), tokens: integer(keys["tokens"], atLeast: 0),
                cost: number(keys["cost"], in: 0...(.infinity)), seconds: seconds(keys["time"]))
        }
        // A name that was reported already says nothing about whose options these are.
        if keys["optimizer"] == nil || settings.optimizer != nil { optimizers(settings).forEach(report) }
        return settings
    }

    private func repeats(_ entry: SourceNode.Entry) -> RepeatPlan? {
        guard let written = text(entry) else { return nil }
        if let plan = RepeatPlan(written) { return plan }
        error(
            entry.value.place,
            "expected auto or a whole number from 1 to \(RepeatPlan.limit) for 'repeats', found '\(written)'")
        return nil
    }

    /// The runs that alpha is spent over.
    private func looks(_ entry: SourceNode.Entry) -> AlphaSpending.Schedule? {
        guard let written = text(entry) else { return nil }
        if written == "endless" { return .endless }
        if let tests = Int(written), (1...1000).contains(tests) { return .equal(tests: tests) }
        error(
            entry.value.place,
            "expected endless or a whole number from 1 to 1000 for 'looks', found '\(written)'")
        return nil
    }

    private func optimizerSettings(_ entry: SourceNode.Entry?) -> [OptimizerSetting] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "options") else { return [] }
        return entries.compactMap { entry in
            value(entry).map {
                OptimizerSetting(
                    name: entry.key, value: $0, location: location(entry.place),
                    valueLocation: location(entry.value.place))
            }
        }
    }

    /// - Parameters:
    ///   - names: The names of all metrics.
    ///   - objective: What is tested where the gate names nothing else.
    func readGate(_ entry: SourceNode.Entry?, names: [String], objective: Objective?) -> GateSettings? {
        guard let entry, let keys = entries(of: entry.value, keys: WorkflowKeys.gate, what: "gate") else { return nil }
        let metric = gateMetric(keys["metric"], names: names, objective: objective)
        let settings = GateSettings(
            metric: metric ?? "", alpha: keys["alpha"].flatMap(level) ?? 0.05,
            ceilings: ceilings(keys["ceilings"], names: names),
            finalists: integer(keys["finalists"], atLeast: 1, atMost: 50) ?? 1,
            isThrifty: keys["thrifty"].flatMap { flag($0) } ?? false, looks: keys["looks"].flatMap(looks),
            risk: keys["risk"].map(readRisk))
        if settings.isThrifty, settings.finalists == 1, let thrifty = keys["thrifty"] {
            warning(thrifty.place, "one finalist leaves no cheaper one to choose; 'finalists: 3' tests three")
        }
        guard metric != nil else {
            if keys["metric"] == nil, !hasErrors {
                error(entry.place, "the gate names no metric; expected 'metric' with the name of one")
            }
            return nil
        }
        return settings
    }

    private func gateMetric(_ entry: SourceNode.Entry?, names: [String], objective: Objective?) -> String? {
        guard let entry else { return objective?.gateMetric }
        guard let name = text(entry) else { return nil }
        if name == Objective.name, !names.contains(name), objective?.isFront == true {
            error(
                entry.value.place,
                "the aims of a front have no score together; expected \(Self.listed(names)) for 'metric'")
            return nil
        }
        let known = objective == nil || names.contains(Objective.name) ? names : names + [Objective.name]
        return checkMetric(name, at: entry.value.place, names: known) ? name : nil
    }

    private func level(_ entry: SourceNode.Entry) -> Double? {
        guard let number = number(entry) else { return nil }
        guard number > 0, number < 0.5 else {
            error(entry.value.place, "expected a number above 0 and below 0.5 for '\(entry.key)', found \(number)")
            return nil
        }
        return number
    }

    /// Limits by the name of a resource or of a metric.
    private func ceilings(_ entry: SourceNode.Entry?, names: [String]) -> [CostCeiling] {
        guard let entry, let limits = anyEntries(of: entry.value, what: "ceilings") else { return [] }
        let known = Gate.resources + names
        return limits.compactMap { limit in
            guard known.contains(limit.key) else {
                let suggestion = Spelling.suggestion(for: limit.key, among: known)
                let expected = suggestion.isEmpty ? "; expected \(Self.listed(known))" : suggestion
                error(limit.place, "there is no '\(limit.key)' to limit\(expected)")
                return nil
            }
            return ceiling(limit, isAmount: !names.contains(limit.key))
        }
    }

    /// A number, or a mapping that says how sure the bound has to be and where single values lie.
    private func ceiling(_ entry: SourceNode.Entry, isAmount: Bool) -> CostCeiling? {
        let least = isAmount ? 0...Double.infinity : nil
        guard case .mapping = entry.value.content else {
            return number(entry, in: least).map { CostCeiling(entry.key, limit: $0) }
        }
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.ceiling, what: "a ceiling") else { return nil }
        guard let limit = keys["at_most"] else {
            error(entry.place, "the ceiling of '\(entry.key)' has no limit; expected 'at_most' with a number")
            return nil
        }
        guard let most = number(limit, in: least) else { return nil }
        var ceiling = CostCeiling(entry.key, limit: most, range: keys["range"].flatMap(range))
        if let sure = keys["confidence"], let confidence = number(sure) {
            guard confidence >= 0.5, confidence < 1 else {
                error(
                    sure.value.place,
                    "expected a number from 0.5 to below 1 for 'confidence', found \(confidence); 0.95 ships one in twenty "
                        + "that is at its limit")
                return nil
            }
            ceiling.delta = 1 - confidence
        }
        return ceiling
    }
}
