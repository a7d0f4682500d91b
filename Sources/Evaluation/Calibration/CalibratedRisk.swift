public import TraceGraph

/// What a calibration found, without the outcomes it was made from: raw risk scores as probabilities, and a threshold for
/// each strictness. It can be written to a file and read again.
public struct CalibratedRisk: Sendable, Hashable {
    /// From raw scores to probabilities.
    public let fit: IsotonicFit
    /// The least probability that counts as harm, by strictness.
    public let thresholds: [RiskCalibration.Strictness: RiskCalibration.Threshold]
    /// The confidence of the thresholds' bounds.
    public let confidence: Double
    /// Outcomes it was made from.
    public let count: Int
    /// Of these, how many were harmful.
    public let harmful: Int

    /// The probability of harm at a raw score; nil where it was made from nothing.
    public func probability(_ score: Double) -> Double? { fit(score) }

    /// Whether a raw score passes.
    public func passes(_ score: Double, _ strictness: RiskCalibration.Strictness) -> Bool {
        thresholds[strictness]?.score.map { score <= $0 } ?? false
    }
}

extension RiskCalibration {
    /// What is worth keeping of it.
    ///
    /// - Parameter confidence: Of the bounds that the thresholds are chosen by.
    public func calibrated(confidence: Double = 0.95) -> CalibratedRisk {
        CalibratedRisk(
            fit: fit,
            thresholds: Dictionary(
                uniqueKeysWithValues: Strictness.allCases.map { ($0, threshold($0, confidence: confidence)) }),
            confidence: confidence, count: count, harmful: harmful)
    }
}

extension CalibratedRisk {
    /// The name of the form it is written in.
    public static let schema = "optrace.calibration.v1"

    /// The calibration as an object, its fields in snake case.
    public var recorded: Value {
        [
            "schema": .text(Self.schema), "outcomes": .integer(count), "harmful": .integer(harmful),
            "confidence": .number(confidence),
            "probability": .list(
                fit.blocks.map { block in
                    [
                        "from": .number(block.start), "to": .number(block.end), "value": .number(block.value),
                        "weight": .number(block.weight),
                    ]
                }),
            "thresholds": .object(
                Fields(
                    RiskCalibration.Strictness.allCases.compactMap { strictness in
                        thresholds[strictness].map { (strictness.rawValue, $0.recorded) }
                    })),
        ]
    }

    /// Reads what ``recorded`` gives; nil for anything else.
    public init?(recorded: Value) {
        guard recorded["schema"]?.text == Self.schema, let blocks = recorded["probability"]?.list,
            let count = recorded["outcomes"]?.integer, let harmful = recorded["harmful"]?.integer,
            let confidence = recorded["confidence"]?.number
        else { return nil }
        let read = blocks.compactMap { block -> IsotonicFit.Block? in
            guard let start = block["from"]?.number, let end = block["to"]?.number, start <= end,
                let value = block["value"]?.number, let weight = block["weight"]?.number
            else { return nil }
            return IsotonicFit.Block(start: start, end: end, value: value, weight: weight)
        }
        guard read.count == blocks.count, let fit = IsotonicFit(blocks: read) else { return nil }
        var thresholds: [RiskCalibration.Strictness: RiskCalibration.Threshold] = [:]
        for strictness in RiskCalibration.Strictness.allCases {
            guard let written = recorded["thresholds"]?[strictness.rawValue],
                let threshold = RiskCalibration.Threshold(recorded: written)
            else { return nil }
            thresholds[strictness] = threshold
        }
        self.init(fit: fit, thresholds: thresholds, confidence: confidence, count: count, harmful: harmful)
    }
}

extension RiskCalibration.Threshold {
    fileprivate var recorded: Value {
        [
            "score": score.map(Value.number) ?? .null, "passed": .integer(passed), "harmful": .integer(harmful),
            "upper_bound": .number(upperBound),
        ]
    }

    fileprivate init?(recorded: Value) {
        guard let score = recorded["score"], score.isNull || score.number != nil,
            let passed = recorded["passed"]?.integer, let harmful = recorded["harmful"]?.integer,
            let bound = recorded["upper_bound"]?.number
        else { return nil }
        self.init(score: score.number, passed: passed, harmful: harmful, upperBound: bound)
    }
}
