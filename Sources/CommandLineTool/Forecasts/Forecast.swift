import Evaluation
import LanguageModels
import TraceGraph

/// What a run is going to take, from the least to the most, and what its hold-out can decide.
struct Forecast {
    /// At the least: the baseline and one look at a minibatch; at the most: every step goes the whole way, and the gate.
    struct Range<Amount> {
        var least: Amount
        var most: Amount
    }

    /// The run's name.
    var run: String
    /// Who proposes, with which model and seed.
    var title: String
    var train: Int
    var validation: Int
    var holdout: Int
    var loop: String
    var calls: Range<Int>
    var callsPerExample: Int
    var tokens: Range<Double>
    /// Where the tokens of an example are known from.
    var basis: String
    /// US dollars; nil when a price is not known.
    var cost: Range<Double>?
    /// Models without a known price.
    var unpriced: [ModelName]
    /// Seconds; nil when a model has not answered yet.
    var time: Range<Double>?
    /// Calls under way at once.
    var concurrency: Int
    /// Models of which nobody knows how fast they are; with none, the workflow's own steps.
    var untimed: [ModelName]
    var budget: Budget
    var gate: Gate
    /// Whether programs ask models as they like, and nothing recorded says how often.
    var asksFreely: Bool
    /// Calls without which there is no step beside the baseline and the gate.
    var neededCalls: Int

    /// What stands in the way of a verdict.
    var warnings: [String] {
        var warnings: [String] = []
        if asksFreely {
            warnings.append(
                "what the program itself asks of models is not in these figures: run one example, and it is counted")
        }
        if let cap = budget.calls, cap < neededCalls {
            warnings.append(
                "the cap of \(Figures.grouped(cap)) calls leaves no room for a step beside the baseline and the hold-out; "
                    + "raise it to at least \(Figures.grouped(neededCalls))")
        }
        let share = Double(neededCalls) / Double(max(1, calls.most))
        if let cap = budget.cost, let cost, cap < cost.most * share {
            warnings.append(
                "\(Figures.dollars(cap)) may not reach for one step and a verdict (about \(Figures.dollars(cost.most * share)))"
            )
        }
        if budget.cost != nil, !unpriced.isEmpty {
            warnings.append(
                "the cost cap cannot be kept: there is no price for \(unpriced.map(\.description).joined(separator: ", ")); "
                    + "give --prices, or --allow-unknown-prices to count them as free")
        }
        if let cap = budget.seconds, let time, cap < time.most * share {
            warnings.append(
                "\(Figures.clock(cap)) may not reach for one step and a verdict (about \(Figures.clock(time.most * share)))"
            )
        }
        if power(of: Self.designs[2].design) < 0.5 {
            let needed = Self.designs[2].design.sampleSize(alpha: gate.alpha).map(Figures.grouped) ?? "many more"
            warnings.append(
                "the hold-out of \(Figures.count(holdout, "example")) is too small to tell even a gain of 15 points from "
                    + "chance; \(needed) would find it four times in five")
        }
        return warnings
    }

    /// The power table of paired 0/1 scores: so many points gained, with so many fixes and breaks.
    static let designs: [(points: Int, design: PairedDesign)] = [
        (5, PairedDesign(fixRate: 0.15, breakRate: 0.10)), (10, PairedDesign(fixRate: 0.20, breakRate: 0.10)),
        (15, PairedDesign(fixRate: 0.25, breakRate: 0.10)),
    ]

    func power(of design: PairedDesign) -> Double { design.power(sampleSize: holdout, alpha: gate.alpha) }

    // MARK: For a person

    var text: String {
        var lines = [
            "\(run): \(title)", "  data     \(train) train, \(validation) validation, \(holdout) hold-out examples",
            "  loop     \(loop)",
            "  calls    \(callsText)" + (budget.calls.map { "; capped at \(Figures.grouped($0))" } ?? ""),
            "  tokens   about \(Self.words(tokens, Self.rounded)) (\(basis))"
                + (budget.tokens.map { "; capped at \(Figures.grouped($0))" } ?? ""),
            "  cost     \(costText)" + (budget.cost.map { "; capped at \(Figures.dollars($0))" } ?? ""),
            "  time     \(timeText)" + (budget.seconds.map { "; capped at \(Figures.clock($0))" } ?? ""),
        ]
        lines += warnings.map { "  warning  \($0)" }
        lines.append("  gate     \(gate.compared), α = \(Figures.decimal(gate.alpha, 2)), \(holdout) examples:")
        if let risk = gate.risk, risk != .mean {
            lines.append("           (figures are for the mean of 0/1 scores; the \(risk.summary) needs more)")
        }
        for (points, design) in Self.designs {
            let needed = design.sampleSize(alpha: gate.alpha).map { "; 80 % needs \(Figures.grouped($0))" } ?? ""
            lines.append(
                "           a gain of \(points) points is found with probability "
                    + "\(Figures.decimal(power(of: design), 2))\(needed)")
        }
        return lines.joined(separator: "\n")
    }

    private var callsText: String {
        guard calls.most > 0 else { return "none: no model is asked" }
        return "\(Figures.grouped(calls.least)) at the least, \(Figures.grouped(calls.most)) at the most, "
            + "\(Figures.count(callsPerExample, "call")) an example"
    }

    private var costText: String {
        guard let cost else {
            return "unknown: no price for \(unpriced.map(\.description).joined(separator: ", ")) (see --prices)"
        }
        return cost.most == 0 ? "nothing" : "about \(Self.words(cost) { Figures.dollars($0) })"
    }

    private var timeText: String {
        guard let time else {
            return untimed.isEmpty
                ? "unknown: nothing of this workflow is recorded yet"
                : "unknown: \(untimed.map(\.description).joined(separator: ", ")) has answered nothing yet that is recorded"
        }
        let noun = callsPerExample > 0 ? "call" : "example"
        return "about \(Self.words(time) { Figures.clock($0) }), \(Figures.count(concurrency, noun)) at once"
    }

    private static func words<Amount>(_ range: Range<Amount>, _ spelled: (Amount) -> String) -> String {
        let (least, most) = (spelled(range.least), spelled(range.most))
        return least == most ? least : "\(least) to \(most)"
    }

    /// To two figures: it is a guess.
    private static func rounded(_ number: Double) -> String {
        var scale = 1.0
        while number / scale >= 100, scale < 1e15 { scale *= 10 }
        return Figures.grouped(Int((min(number, 1e15) / scale).rounded() * scale))
    }

    // MARK: For a program

    var json: String {
        func range(_ range: Range<Double>?) -> Value {
            range.map { ["least": .number($0.least), "most": .number($0.most)] } ?? .null
        }
        let power = Self.designs.map { points, design -> Value in
            ["points": .integer(points), "power": .number(self.power(of: design))]
        }
        let object: Value = [
            "schema": "optrace.forecast.v1", "event": "forecast", "run": .text(run), "title": .text(title),
            "train": .integer(train), "validation": .integer(validation), "holdout": .integer(holdout),
            "calls": ["least": .integer(calls.least), "most": .integer(calls.most)],
            "calls_per_example": .integer(callsPerExample),
            "tokens": range(Range(least: tokens.least.rounded(), most: tokens.most.rounded())), "basis": .text(basis),
            "cost": range(cost), "seconds": range(time), "power": .list(power),
            "warnings": .list(warnings.map(Value.text)),
        ]
        return object.json
    }
}
