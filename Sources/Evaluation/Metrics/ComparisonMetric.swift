public import TraceGraph

/// Where a metric finds what an output is compared with.
public enum Expectation: Sendable, Hashable {
    /// In a field of the example.
    case field(String)
    /// The same for every example.
    case value(Value)

    /// The field called `expected`.
    public static let expected = Expectation.field("expected")

    /// What `subject` is compared with.
    ///
    /// - Throws: ``MetricError/Code/missingField`` naming the fields there are.
    public func value(for subject: MetricSubject, metric: String) throws(MetricError) -> Value {
        switch self {
        case .value(let value): return value
        case .field(let name):
            if let value = subject.example.fields[name] { return value }
            let names = subject.example.fields.names.joined(separator: ", ")
            throw MetricError(
                .missingField, "the example has no field '\(name)'; its fields are \(names)", metric: metric,
                example: subject.example.id)
        }
    }
}

/// A metric that compares the output with something expected; what is common to them all.
public protocol ComparisonMetric: Metric {
    var expected: Expectation { get }

    /// The score of `output` next to `expected`.
    ///
    /// - Throws: ``ComparisonError`` when `expected` is not of a kind that can be compared.
    func compare(_ output: Value, with expected: Value) throws(ComparisonError) -> Score
}

/// Why two values cannot be compared; becomes a ``MetricError`` once metric and example are known.
public struct ComparisonError: Error, Sendable, Hashable {
    /// What went wrong.
    public let code: MetricError.Code
    /// The same in words.
    public let message: String

    public init(_ code: MetricError.Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ComparisonMetric {
    public var direction: MetricDirection { .maximize }

    public func score(_ subject: MetricSubject) throws -> Score {
        let expected = try expected.value(for: subject, metric: name)
        switch subject.outcome {
        case .failure(let message):
            return Score(worst ?? 0, feedback: FeedbackText.failed(message))
        case .output(let output):
            do {
                return try compare(output, with: expected)
            } catch {
                throw MetricError(error.code, error.message, metric: name, example: subject.example.id)
            }
        }
    }
}
