public import TraceGraph

/// 1 when the output is the expected number within a tolerance, 0 otherwise.
public struct NumericMatch: ComparisonMetric {
    /// Which number of an output text counts.
    public enum Reading: String, Sendable, Hashable, Codable {
        /// The text must be a number and nothing else.
        case whole
        /// The first number in it.
        case first
        /// The last number in it, as answers after a chain of thought stand.
        case last
    }

    public let name: String
    public let expected: Expectation
    /// The allowed distance, in the unit of the numbers.
    public let absoluteTolerance: Double
    /// The allowed distance as a share of the expected number's size. The larger of the two tolerances counts.
    public let relativeTolerance: Double
    /// Which number of a text counts.
    public let reading: Reading

    public init(
        _ expected: Expectation = .expected, within absoluteTolerance: Double = 0,
        relative relativeTolerance: Double = 0,
        reading: Reading = .whole, name: String = "numeric"
    ) {
        self.name = name
        self.expected = expected
        self.absoluteTolerance = absoluteTolerance
        self.relativeTolerance = relativeTolerance
        self.reading = reading
    }

    public func compare(_ output: Value, with expected: Value) throws(ComparisonError) -> Score {
        guard let wanted = Self.number(in: expected, reading: .whole) else {
            throw ComparisonError(
                .unusableExpectation, "expected a number to compare with, the example has a \(expected.kindName)")
        }
        guard let got = Self.number(in: output, reading: reading) else {
            return Score(0, feedback: FeedbackText.wrong(output, expected: expected, because: "no number found"))
        }
        let allowed = max(absoluteTolerance, relativeTolerance * abs(wanted))
        let distance = abs(got - wanted)
        if distance <= allowed { return Score(1, feedback: FeedbackText.correct(output)) }
        let reason = "off by \(distance)" + (allowed > 0 ? ", allowed \(allowed)" : "")
        return Score(0, feedback: FeedbackText.wrong(output, expected: expected, because: reason))
    }

    /// The number in `value`, nil where there is none; in texts, thousands may be grouped with commas.
    public static func number(in value: Value, reading: Reading) -> Double? {
        if let number = value.number { return number.isFinite ? number : nil }
        guard let text = value.text else { return nil }
        // `1,234` counts as one number, `1, 234` as two.
        let pattern = /[-+\u{2212}]?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/
        let numbers = text.matches(of: pattern).map { match in
            // In `3-5` the sign is a hyphen.
            let isHyphen = text[..<match.range.lowerBound].last.map { $0.isLetter || $0.isNumber } ?? false
            return isHyphen ? match.output.drop { !$0.isNumber && $0 != "." } : match.output
        }
        let chosen: Substring?
        switch reading {
        case .whole:
            let trimmed = text.trimmed
            chosen = numbers.count == 1 && numbers.first == trimmed ? trimmed : nil
        case .first: chosen = numbers.first
        case .last: chosen = numbers.last
        }
        guard let chosen else { return nil }
        var digits = chosen.filter { $0 != "," }.replacing("\u{2212}", with: "-")
        if digits.last == "." { digits.removeLast() }
        return Double(digits)
    }
}

extension String {
    /// The text without white space at its ends.
    var trimmed: Substring {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
