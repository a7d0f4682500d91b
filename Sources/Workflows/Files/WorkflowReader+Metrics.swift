import Evaluation
import LanguageModels
import TraceGraph

extension WorkflowReader {
    /// The names that `metrics` declares, whether or not the metrics can be read.
    func metricNames(_ entry: SourceNode.Entry?) -> [String] {
        guard let node = entry?.value, case .mapping(let entries) = node.content else { return [] }
        return entries.map(\.key)
    }

    /// - Parameter fields: The names examples have, as far as `map` and `inputs` tell.
    func readMetrics(_ entry: SourceNode.Entry?, fields: [String]) -> [MetricDeclaration] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "metrics") else { return [] }
        return entries.compactMap { metric($0, fields: fields) }
    }

    private func metric(_ entry: SourceNode.Entry, fields: [String]) -> MetricDeclaration? {
        let kinds = MetricKind.allCases.map(\.rawValue)
        guard let all = anyEntries(of: entry.value, what: "a metric") else { return nil }
        let named = all.filter { kinds.contains($0.key) }
        guard let kindEntry = named.first, named.count == 1, let kind = MetricKind(rawValue: kindEntry.key) else {
            reportKinds(of: entry, all, named, kinds)
            return nil
        }
        let allowed = kind == .code ? ["code", "feedback", "entry", "language"] : [kind.rawValue, "feedback"]
        guard let keys = entries(of: entry.value, keys: allowed, what: "a \(kind.rawValue) metric") else { return nil }
        var declaration = MetricDeclaration(
            name: entry.key, kind: kind, expected: nil, options: [:], code: nil, feedback: nil,
            location: location(entry.place))
        if kind == .code {
            guard let source = codeSource(kindEntry, keys: keys) else { return nil }
            checkParameters(of: source, fields: fields, at: keys["entry"]?.value.place ?? kindEntry.place)
            declaration.code = source
        } else {
            guard readOptions(kindEntry, kind: kind, fields: fields, into: &declaration) else { return nil }
        }
        if let feedback = keys["feedback"], let source = sourceText(feedback), let placed = template(source) {
            let available = fields + (fields.contains("output") ? [] : ["output"]) + ["score", "explanation"]
            if resolveFeedbackNames(of: placed, in: source, among: available) { declaration.feedback = placed }
        }
        return declaration
    }

    private func reportKinds(
        of entry: SourceNode.Entry, _ all: [SourceNode.Entry], _ named: [SourceNode.Entry], _ kinds: [String]
    ) {
        guard named.isEmpty else {
            error(
                entry.place,
                "metric '\(entry.key)' is of several kinds: \(Self.listed(named.map(\.key), or: "and")); expected one")
            return
        }
        for other in all where other.key != "feedback" {
            let suggestion = Spelling.suggestion(for: other.key, among: kinds)
            error(
                other.place,
                "unknown metric '\(other.key)'\(suggestion.isEmpty ? "; expected \(Self.listed(kinds))" : suggestion)")
            return
        }
        error(entry.place, "metric '\(entry.key)' says nothing; expected \(Self.listed(kinds))")
    }

    private func checkParameters(of source: CodeSource, fields: [String], at place: SourceNode.Place) {
        for parameter in source.entry.parameters where parameter.defaultValue == nil {
            let known = ["output"] + fields
            guard !known.contains(parameter.name) else { continue }
            let suggestion = Spelling.suggestion(for: parameter.name, among: known)
            error(
                place,
                "\(source.entry.name) wants '\(parameter.name)', which examples do not have"
                    + (suggestion.isEmpty ? "; known: \(known.joined(separator: ", "))" : suggestion))
        }
    }

    private func resolveFeedbackNames(of placed: PlacedTemplate, in source: SourceText, among available: [String])
        -> Bool
    {
        let before = used
        defer { used = before }
        return resolveNames(of: placed, in: source, among: available)
    }

    // MARK: Options

    /// Reads what stands behind a metric's kind: the options as a mapping, or the most important one alone.
    private func readOptions(
        _ entry: SourceNode.Entry, kind: MetricKind, fields: [String], into declaration: inout MetricDeclaration
    ) -> Bool {
        let options = MetricOption.options(of: kind)
        guard case .mapping = entry.value.content else {
            return readOnly(entry, kind: kind, fields: fields, into: &declaration)
        }
        guard let keys = entries(of: entry.value, keys: options.map(\.name), what: kind.rawValue) else { return false }
        let before = problems.count
        for option in options {
            guard let given = keys[option.name] else { continue }
            switch option.kind {
            case .expected: declaration.expected = expectedField(given, fields: fields)
            case .text: declaration.options[option.name] = sourceText(given).map { Value.text($0.text) }
            case .number: declaration.options[option.name] = number(given, in: 0...(.infinity)).map(Value.number)
            case .flag: declaration.options[option.name] = flag(given).map(Value.flag)
            case .words: declaration.options[option.name] = texts(given).map { Value.list($0.map(Value.text)) }
            case .choice(let words): declaration.options[option.name] = word(given, among: words).map(Value.text)
            case .model:
                guard let written = text(given), model(written, at: given.value.place) != nil else { continue }
                declaration.options[option.name] = .text(written)
            case .models:
                guard let written = texts(given) else { continue }
                if written.isEmpty { error(given.value.place, "expected one model or more for 'models'") }
                declaration.options[option.name] = .list(
                    written.filter { model($0, at: given.value.place) != nil }.map(Value.text))
            }
        }
        guard !problems.dropFirst(before).contains(where: { $0.severity == .error }) else { return false }
        return checkCompleteness(of: &declaration, at: entry)
    }

    private func readOnly(
        _ entry: SourceNode.Entry, kind: MetricKind, fields: [String], into declaration: inout MetricDeclaration
    ) -> Bool {
        if case .unusable = entry.value.content { return false }
        switch kind {
        case .judge, .pairwise:
            guard let words = sourceText(entry) else { return false }
            declaration.options[kind == .judge ? "rubric" : "criteria"] = .text(words.text)
        case .latency, .tokens, .cost:
            let isNothing = value(entry)?.isNull ?? false
            guard isNothing || value(entry) == .flag(true) else {
                error(
                    entry.value.place,
                    "expected nothing, or a mapping of options, for '\(entry.key)', found \(Self.described(entry.value))"
                )
                return false
            }
        case .regex where entry.value.text?.hasPrefix("$") == false:
            guard let pattern = text(entry) else { return false }
            declaration.options["pattern"] = .text(pattern)
        default:
            guard let field = expectedField(entry, fields: fields) else { return false }
            declaration.expected = field
        }
        return checkCompleteness(of: &declaration, at: entry)
    }

    private func checkCompleteness(of declaration: inout MetricDeclaration, at entry: SourceNode.Entry) -> Bool {
        let kind = declaration.kind
        if kind == .regex {
            guard (declaration.expected == nil) != (declaration.options["pattern"] == nil) else {
                error(entry.place, "expected either a pattern or $expected for 'regex'")
                return false
            }
            if let pattern = declaration.options["pattern"]?.text, (try? Regex(pattern)) == nil {
                error(entry.value.place, "the pattern '\(pattern)' cannot be read as a regular expression")
                return false
            }
        } else if kind.compares, declaration.expected == nil {
            error(entry.place, "'\(entry.key)' compares with nothing; expected 'expected: $field'")
            return false
        }
        if kind == .guarding { return checkGuard(declaration, at: entry) }
        if kind == .judge || kind == .pairwise {
            let words = kind == .judge ? "rubric" : "criteria"
            if declaration.options[words] == nil {
                error(entry.place, "the judge has no \(words); expected '\(words)' with a text")
                return false
            }
            if declaration.options["model"] == nil, declaration.options["models"] == nil {
                guard let role = ["judge", "task"].first(where: { roles[$0] != nil }) else {
                    error(entry.place, "the judge names no model; expected 'model', or a role 'judge' under 'models'")
                    return false
                }
                declaration.options["model"] = .text(role)
            }
            if declaration.options["aggregate"] != nil, (declaration.options["models"]?.list?.count ?? 0) < 2 {
                warning(entry.place, "one judge has nothing to bring together; 'models' names several")
            }
        }
        return true
    }

    private func checkGuard(_ declaration: MetricDeclaration, at entry: SourceNode.Entry) -> Bool {
        guard declaration.expected != nil else {
            error(entry.place, "the guard does not say what was harmful; expected 'harmful: $field'")
            return false
        }
        guard let written = declaration.options["calibration"]?.text else {
            guard declaration.options["strictness"] == nil else {
                error(
                    entry.place,
                    "'strictness' needs thresholds; expected 'calibration: file://NAME' with what `optrace calibrate` wrote"
                )
                return false
            }
            return true
        }
        guard Self.calibration(written) != nil else {
            error(
                entry.value.entry("calibration")?.value.place ?? entry.place,
                "this is no calibration; `optrace calibrate` writes one")
            return false
        }
        return true
    }

    /// The calibration that a text holds as JSON; nil where it holds none.
    static func calibration(_ text: String) -> CalibratedRisk? {
        do {
            return CalibratedRisk(recorded: try Value(json: text))
        } catch {
            return nil
        }
    }

    private func expectedField(_ entry: SourceNode.Entry, fields: [String]) -> String? {
        guard let written = text(entry) else { return nil }
        guard let reference = Reference(written, location: location(entry.value.place)), reference.fields.isEmpty else {
            error(
                entry.value.place,
                "expected a field of the examples such as $expected for '\(entry.key)', found '\(written)'")
            return nil
        }
        guard fields.contains(reference.name) else {
            let suggestion = Spelling.suggestion(for: reference.name, among: fields)
            let known = fields.map { "$" + $0 }.joined(separator: ", ")
            error(
                entry.value.place,
                "examples have no field \(reference)"
                    + (suggestion.isEmpty ? "; 'map' and 'inputs' give \(known.isEmpty ? "none" : known)" : suggestion))
            return nil
        }
        return reference.name
    }
}
