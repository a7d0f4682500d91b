public import Evaluation
public import TraceGraph

/// What one entry of `metrics` says.
public struct MetricDeclaration: Sendable, Hashable {
    public var name: String
    public var kind: MetricKind
    /// The name, as in `map`, of what the output is compared with; nil for kinds that compare with nothing.
    public var expected: String?
    /// The other options of the kind, by their names in the file; checked for their types.
    public var options: Fields
    /// The function of a code metric.
    public var code: CodeSource?
    /// How feedback is worded; nil for the metric's own words.
    public var feedback: PlacedTemplate?
    public var location: FileLocation

    /// The models that judge, as the file names them; none for other kinds.
    var judgeModels: [String] {
        let one = options["model"]?.text.map { [$0] } ?? []
        return one + (options["models"]?.list?.compactMap(\.text) ?? [])
    }
}

/// The metrics a workflow file can name.
public enum MetricKind: String, Sendable, Hashable, CaseIterable {
    case exactMatch = "exact_match"
    case normalizedMatch = "normalized_match"
    case contains
    case regex
    case numeric
    case jsonFields = "json_fields"
    case f1
    case editDistance = "edit_distance"
    case code
    case judge
    case pairwise
    case guarding = "guard"
    case latency
    case tokens
    case cost

    /// Whether more or less of it is better.
    public var direction: MetricDirection {
        switch self {
        case .latency, .tokens, .cost: .minimize
        default: .maximize
        }
    }

    /// Whether the output is compared with something expected.
    public var compares: Bool {
        switch self {
        case .exactMatch, .normalizedMatch, .contains, .regex, .numeric, .jsonFields, .f1, .editDistance: true
        case .code, .judge, .pairwise, .guarding, .latency, .tokens, .cost: false
        }
    }
}

/// One option of a metric kind, as it stands in the file.
struct MetricOption: Sendable {
    enum Kind: Sendable {
        /// `$name` of a mapped field.
        case expected
        case text
        case number
        case flag
        case words
        case choice([String])
        /// A role of `models`, or `provider:model`.
        case model
        /// Several of them.
        case models
    }

    var name: String
    var kind: Kind

    init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    static func options(of kind: MetricKind) -> [MetricOption] {
        switch kind {
        case .exactMatch, .normalizedMatch, .f1, .editDistance: [.init("expected", .expected)]
        case .contains: [.init("expected", .expected), .init("ignore_case", .flag), .init("any", .flag)]
        case .regex: [.init("expected", .expected), .init("pattern", .text), .init("whole", .flag)]
        case .numeric:
            [
                .init("expected", .expected), .init("within", .number), .init("relative", .number),
                .init("reading", .choice(["whole", "first", "last"])),
            ]
        case .jsonFields:
            [
                .init("expected", .expected), .init("fields", .words), .init("lists_as_sets", .flag),
                .init("count_unexpected", .flag),
            ]
        case .judge:
            [
                .init("rubric", .text), .init("scale", .choice(["yes_no", "zero_to_ten"])), .init("model", .model),
                .init("fields", .words), .init("models", .models),
                .init("aggregate", .choice(["mean", "worst", "uncertainty"])), .init("weight", .number),
            ]
        case .pairwise:
            [.init("criteria", .text), .init("against", .expected), .init("model", .model), .init("fields", .words)]
        case .guarding:
            [
                .init("harmful", .expected), .init("field", .text), .init("calibration", .text),
                .init("strictness", .choice(RiskCalibration.Strictness.allCases.map(\.rawValue))),
            ]
        case .latency, .tokens, .cost: [.init("worst", .number)]
        case .code: []
        }
    }
}
