import ArgumentParser
import LanguageModels

/// Caps over every model of a run.
struct BudgetOptions: ParsableArguments {
    @Option(help: "The most model calls.")
    var maxCalls: Int?

    @Option(help: "The most tokens, prompts and replies together.")
    var maxTokens: Int?

    @Option(help: "The most US dollars.")
    var maxCost: Double?

    @Option(help: ArgumentHelp("The longest the run may take, such as 90s, 20m or 2h.", valueName: "duration"))
    var maxTime: String?

    func validate() throws {
        if let maxTime, !((TimeText.seconds(in: maxTime) ?? 0) > 0) {
            throw ValidationError(
                "--max-time takes a duration such as 90s, 20m or 2h, more than nothing and a year at most, not '\(maxTime)'"
            )
        }
        if (maxCalls ?? 0) < 0 || (maxTokens ?? 0) < 0 || (maxCost ?? 0) < 0 {
            throw ValidationError("a budget cannot be negative")
        }
        if let maxCost, !(maxCost <= 1e12) {
            throw ValidationError("--max-cost takes a number of US dollars, a trillion at the most, not \(maxCost)")
        }
    }

    /// `base` with the caps given here in place of its own.
    func applied(to base: Budget) -> Budget {
        Budget(
            calls: maxCalls ?? base.calls, tokens: maxTokens ?? base.tokens, cost: maxCost ?? base.cost,
            seconds: maxTime.flatMap(TimeText.seconds) ?? base.seconds)
    }
}

/// Durations as people write them.
enum TimeText {
    /// A year of 366 days.
    private static let longest = 366.0 * 86_400

    /// `90`, `90s`, `20m`, `2h` in seconds; nil for anything else, and for more than a year.
    static func seconds(in text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Double(unit == nil ? text : String(text.dropLast())), number.isFinite, number >= 0 else {
            return nil
        }
        let seconds = number * (unit ?? 1)
        return seconds <= longest ? seconds : nil
    }
}
