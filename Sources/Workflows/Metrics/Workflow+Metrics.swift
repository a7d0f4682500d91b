import ContentHash
public import Evaluation
import LanguageModels
import TraceGraph

extension Workflow {
    /// The metrics of the file, in its order.
    ///
    /// - Throws: ``WorkflowError/Code/noRuntime``; what the resolver throws for the model of a judge.
    public func metrics() throws -> [any Metric] {
        try file.metrics.map(metric)
    }

    /// The gate the file asks for; without one, what the objective is about at 0.05. Nil without metrics.
    public var gate: Gate? {
        guard let metric = file.gate?.metric ?? file.objective?.gateMetric else { return nil }
        let direction =
            file.objective?.terms.first { $0.metric == metric }?.direction
            ?? file.metrics.first { $0.name == metric }?.kind.direction ?? .maximize
        var gate = Gate(metric, direction, alpha: file.gate?.alpha ?? 0.05)
        gate.risk = file.gate?.risk ?? file.objective.flatMap { isAbout(metric, $0) ? $0.risk : nil }
        gate.ceilings = (file.gate?.ceilings ?? []).map(limit)
        gate.finalists = file.gate?.finalists ?? 1
        gate.isThrifty = file.gate?.isThrifty ?? false
        gate.looks = file.gate?.looks
        // A limit that comes first has to be held where it counts, too.
        if let objective = file.objective, objective.limitRule == .first {
            let own = Set(gate.ceilings.map(\.metric))
            gate.ceilings += objective.constraints.filter { $0.direction == .maximize || !own.contains($0.metric) }
                .map { limit(CostCeiling($0.metric, limit: $0.limit, direction: $0.direction)) }
        }
        return gate
    }

    /// Whether a gate on `metric` tests what the objective looks at, and is to look at it in the same way.
    private func isAbout(_ metric: String, _ objective: Objective) -> Bool {
        !objective.isFront && (metric == Objective.name || objective.terms.map(\.metric) == [metric])
    }

    /// What is measured in seconds, tokens or dollars is no proportion, whatever its name is.
    private func limit(_ ceiling: CostCeiling) -> CostCeiling {
        var ceiling = ceiling
        switch file.metrics.first(where: { $0.name == ceiling.metric })?.kind {
        case .latency, .tokens, .cost: ceiling.isAmount = true
        case nil: break
        default: ceiling.isAmount = false
        }
        return ceiling
    }

    private func metric(_ declaration: MetricDeclaration) throws -> any Metric {
        let metric = try plainMetric(declaration)
        guard let feedback = declaration.feedback?.template else { return metric }
        return Self.worded(metric, by: feedback)
    }

    private static func worded(_ metric: some Metric, by template: Template) -> any Metric {
        metric.worded { context in
            var values = context.subject.example.fields
            if let output = context.subject.output { values["output"] = output }
            values["score"] = .number(context.value)
            values["explanation"] = .text(context.explanation)
            return try template.rendered(with: values)
        }
    }

    private func plainMetric(_ declaration: MetricDeclaration) throws -> any Metric {
        let name = declaration.name
        let options = declaration.options
        let expected = declaration.expected.map(Expectation.field) ?? .expected
        switch declaration.kind {
        case .exactMatch: return ExactMatch(expected, name: name)
        case .normalizedMatch: return NormalizedMatch(expected, name: name)
        case .contains:
            return Contains(
                expected, ignoringCase: options["ignore_case"]?.flag ?? false,
                anyIsEnough: options["any"]?.flag ?? false,
                name: name)
        case .regex:
            let matchesWhole = options["whole"]?.flag ?? false
            guard let pattern = options["pattern"] else {
                return PatternMatch(expected, matchesWhole: matchesWhole, name: name)
            }
            return PatternMatch(.value(pattern), matchesWhole: matchesWhole, name: name)
        case .numeric:
            return NumericMatch(
                expected, within: options["within"]?.number ?? 0, relative: options["relative"]?.number ?? 0,
                reading: options["reading"]?.text.flatMap(NumericMatch.Reading.init(rawValue:)) ?? .whole, name: name)
        case .jsonFields:
            return JSONFields(
                expected, only: options["fields"]?.list?.compactMap(\.text) ?? [],
                listsAsSets: options["lists_as_sets"]?.flag ?? false,
                countsUnexpected: options["count_unexpected"]?.flag ?? false, name: name)
        case .f1: return TokenF1(expected, name: name)
        case .editDistance: return EditSimilarity(expected, name: name)
        case .latency: return ResourceMetric(.latency, worst: options["worst"]?.number, name: name)
        case .tokens: return ResourceMetric(.tokens, worst: options["worst"]?.number, name: name)
        case .cost: return ResourceMetric(.cost, worst: options["worst"]?.number, name: name)
        case .judge: return try judge(declaration)
        case .pairwise: return try pairwiseJudge(declaration)
        case .guarding: return guardMetric(declaration)
        case .code: return try codeMetric(declaration)
        }
    }

    /// The guards of the file, in its order.
    public var guards: [GuardMetric] { file.metrics.filter { $0.kind == .guarding }.map(guardMetric) }

    private func guardMetric(_ declaration: MetricDeclaration) -> GuardMetric {
        GuardMetric(
            harmful: declaration.expected ?? "harmful", field: declaration.options["field"]?.text,
            calibration: declaration.options["calibration"]?.text.flatMap(WorkflowReader.calibration),
            strictness: declaration.options["strictness"]?.text.flatMap(RiskCalibration.Strictness.init),
            name: declaration.name)
    }

    private func pairwiseJudge(_ declaration: MetricDeclaration) throws -> any Metric {
        guard let named = declaration.options["model"]?.text else {
            throw WorkflowError(.wrongSetting, "the judge '\(declaration.name)' names no model")
        }
        let judge = try judge(called: named, of: declaration)
        return PairwiseJudge(
            declaration.options["criteria"]?.text ?? "",
            showing: declaration.options["fields"]?.list?.compactMap(\.text), model: judge.model, named: judge.name,
            name: declaration.name, against: reference(of: declaration))
    }

    /// What an output is held against: a field of the example, or what the workflow makes of the example as it stands.
    private func reference(of declaration: MetricDeclaration) -> PairwiseJudge.Reference {
        if let field = declaration.expected {
            return { subject in
                guard let value = subject.example.fields[field] else {
                    throw MetricError(
                        .missingField, "the example has no field '\(field)' to hold the output against",
                        metric: declaration.name, example: subject.example.id)
                }
                return value
            }
        }
        let seedRuns = SeedRuns(of: self)
        return { subject in
            if subject.candidate?.values == seedRuns.seed.values { return subject.output }
            return try await seedRuns.output(for: subject.example, repetition: subject.repetition)
        }
    }

    /// Who judges, with those who may stand in.
    private func judge(
        called named: String, of declaration: MetricDeclaration
    ) throws -> (name: ModelName, model: any LanguageModel) {
        guard let name = file.model(named: named) else {
            throw WorkflowError(.wrongSetting, "there is no model '\(named)' for the judge '\(declaration.name)'")
        }
        return (name, try models(name).fallingBack(to: file.fallbacks(of: named)))
    }

    private func judge(_ declaration: MetricDeclaration) throws -> any Metric {
        let judges = try declaration.judgeModels.map { written in
            let judge = try judge(called: written, of: declaration)
            return Judge(
                declaration.options["rubric"]?.text ?? "",
                scale: declaration.options["scale"] == "zero_to_ten" ? .zeroToTen : .yesNo,
                showing: declaration.options["fields"]?.list?.compactMap(\.text), model: judge.model,
                named: judge.name, name: declaration.name)
        }
        guard let first = judges.first else {
            throw WorkflowError(.wrongSetting, "the judge '\(declaration.name)' names no model")
        }
        guard judges.count > 1 else { return first }
        let aggregate: JudgeEnsemble.Aggregate
        switch declaration.options["aggregate"]?.text {
        case "worst": aggregate = .worst
        case "uncertainty": aggregate = .uncertainty(weight: declaration.options["weight"]?.number ?? 1)
        default: aggregate = .mean
        }
        return JudgeEnsemble(judges, aggregate, name: declaration.name)
    }

    private func codeMetric(_ declaration: MetricDeclaration) throws -> any Metric {
        guard let code = declaration.code, let runtime = runtimes[code.language] else {
            throw WorkflowError(.noRuntime, "nothing here can run the metric '\(declaration.name)'")
        }
        let source: String
        switch code.text {
        case .fixed(let text, _): source = text
        case .parameter(let reference): source = file.definition(of: reference.name)?.initial.plainText ?? ""
        }
        let function = CodeFunction(language: code.language, source: source, entry: code.entry, origin: .author)
        let making: CodeMetric.Making = { [lost] subject, arguments, call in
            try await Self.chancing(declaration.name, subject, arguments, lost, call)
        }
        return CodeMetric(function, name: declaration.name, runtime: runtime, making: making) {
            [file, reach] subject in
            // Whoever does not say what was run may have run anything.
            let altered = subject.candidate.map(file.alteredCode) ?? file.codeParameters
            return reach.origin(of: file.output.references, altering: altered)
        }
    }

    /// What `call` comes to, for the metric `name`. Where it failed by chance in an earlier attempt at the run, it fails as it
    /// did, so that the output has no score there again.
    private static func chancing(
        _ name: String, _ subject: MetricSubject, _ arguments: Fields, _ lost: LostCalls?,
        _ call: @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let lost else { return try await call() }
        let name = "metric \(name)"
        func key() -> ContentHash {
            let values = subject.candidate?.values ?? [:]
            let whole: Value = [
                "metric": .text(name), "inputs": .object(arguments),
                "candidate": .object(Fields(values.sorted { $0.key < $1.key })),
                "example": .text(subject.example.id), "fields": .object(subject.example.fields),
                "repetition": .integer(subject.repetition),
            ]
            return ContentHash(of: whole.canonicalJSON)
        }
        if lost.expects(failureOf: name), let failure = lost.failure(for: key()) { throw failure }
        do {
            return try await call()
        } catch let error as CodeError where error.isChance {
            // All that is said of it: there is no node to show the rest at.
            let failure = StepFailure(name: error.failureName, message: "\(error)", detail: nil)
            lost.note(LostCall(key: key(), model: name, outcome: .stepFailed(failure)))
            throw error
        }
    }
}
