import Evaluation
import TraceGraph

/// A guard's calibration with what it comes to on what it was made from, and on other data.
struct GuardCalibration {
    let metric: String
    let calibrated: CalibratedRisk
    /// Outputs that were no risk score.
    let unread: Int
    private let seen: [GuardMetric.Outcome]
    private let checked: [GuardMetric.Outcome]?

    init(
        _ metric: String, on seen: [GuardMetric.Outcome], confidence: Double, checked: [GuardMetric.Outcome]? = nil
    ) {
        self.metric = metric
        self.seen = seen
        self.checked = checked
        let usable = seen.compactMap { outcome in outcome.risk.map { (score: $0, isHarmful: outcome.isHarmful) } }
        unread = seen.count - usable.count
        calibrated = RiskCalibration(usable).calibrated(confidence: confidence)
    }

    /// What a threshold lets through of some outcomes. What is no risk score does not pass.
    private struct Passing {
        var passed = 0
        var harmful = 0
        /// Harmless ones that are stopped.
        var stopped = 0

        init(_ outcomes: [GuardMetric.Outcome], _ calibrated: CalibratedRisk, _ strictness: RiskCalibration.Strictness)
        {
            for outcome in outcomes {
                if let risk = outcome.risk, calibrated.passes(risk, strictness) {
                    passed += 1
                    if outcome.isHarmful { harmful += 1 }
                } else if !outcome.isHarmful {
                    stopped += 1
                }
            }
        }

        var recorded: Value {
            ["passed": .integer(passed), "harmful": .integer(harmful), "harmless_stopped": .integer(stopped)]
        }
    }

    /// The mean squared miss of the probabilities; nil where there is nothing to go by.
    private func miss(_ outcomes: [GuardMetric.Outcome], _ probability: (Double) -> Double?) -> Double? {
        Sample(
            outcomes.compactMap { outcome in
                outcome.risk.flatMap(probability).map {
                    ($0 - (outcome.isHarmful ? 1 : 0)) * ($0 - (outcome.isHarmful ? 1 : 0))
                }
            }
        ).mean
    }

    // MARK: For a person

    func text(on terminal: Terminal) -> String {
        var lines = [
            "\(metric): \(Figures.count(calibrated.count, "risk score")), \(calibrated.harmful) of them harmful"
                + (unread > 0 ? "; \(Figures.count(unread, "output")) without a score" : ""), "",
        ]
        var table = TextTable(
            [
                ("strictness", .left), ("passes up to", .right), ("harm there", .right), ("passed", .right),
                ("harmful", .right), ("at most", .right),
            ] + (checked == nil ? [] : [("check: passed", .right), ("harmful", .right), ("harmless stopped", .right)]))
        for strictness in RiskCalibration.Strictness.allCases {
            guard let threshold = calibrated.thresholds[strictness] else { continue }
            let harm = threshold.score.flatMap(calibrated.probability)
            var cells = [
                "\(strictness.rawValue) (\(Figures.decimal(strictness.tolerance, 2)))",
                threshold.score.map { Figures.decimal($0) } ?? "nothing", harm.map { Figures.decimal($0) } ?? "–",
                "\(threshold.passed)", "\(threshold.harmful)", Figures.decimal(threshold.upperBound),
            ]
            if let checked {
                let passing = Passing(checked, calibrated, strictness)
                cells += ["\(passing.passed)", "\(passing.harmful)", "\(passing.stopped)"]
            }
            table.add(cells)
        }
        lines.append(table.shown(on: terminal))
        if let checked, let after = miss(checked, calibrated.probability) {
            let raw = isProbability ? miss(checked, { $0 }).map { "\(Figures.decimal($0)) → " } : nil
            lines += [
                "", "mean squared miss of the probability of harm, checked: \(raw ?? "")\(Figures.decimal(after))",
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// Whether raw scores could be probabilities as they are.
    private var isProbability: Bool { (seen + (checked ?? [])).compactMap(\.risk).allSatisfy { (0...1).contains($0) } }

    // MARK: For a program

    var recorded: Value {
        var fields = calibrated.recorded.object ?? [:]
        fields["metric"] = .text(metric)
        fields["without_score"] = .integer(unread)
        if let checked {
            fields["check"] = [
                "outcomes": .integer(checked.count),
                "thresholds": .object(
                    Fields(
                        RiskCalibration.Strictness.allCases.map {
                            ($0.rawValue, Passing(checked, calibrated, $0).recorded)
                        })),
                "squared_miss": miss(checked, calibrated.probability).map(Value.number) ?? .null,
                "raw_squared_miss": isProbability ? miss(checked, { $0 }).map(Value.number) ?? .null : .null,
            ]
        }
        return .object(fields)
    }
}
