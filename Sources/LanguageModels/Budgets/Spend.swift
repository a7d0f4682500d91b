import TraceGraph

/// A sum of usage that does not depend on the order of its parts.
///
/// Costs are whole trillionths of a dollar, since a sum of floating-point numbers differs with the order of addition,
/// and with it the report of a run whose calls finish in another order.
struct Spend: Sendable, Hashable {
    var calls = 0
    var promptTokens = 0
    var cachedPromptTokens = 0
    var completionTokens = 0
    /// Trillionths of a dollar.
    var cost = 0
    /// Calls whose cost is not known, and is not in `cost`.
    var unpriced = 0

    static let none = Spend()

    init() {}

    /// One call with `usage`.
    init(call usage: Usage) {
        calls = 1
        promptTokens = usage.promptTokens
        cachedPromptTokens = usage.cachedPromptTokens
        completionTokens = usage.completionTokens
        if let dollars = usage.cost { cost = Self.trillionths(dollars) } else { unpriced = 1 }
    }

    /// One call with as many tokens, all counted as the prompt's, and that cost.
    init(callWith tokens: Int, cost dollars: Double?) {
        calls = 1
        promptTokens = tokens
        if let dollars { cost = Self.trillionths(dollars) } else { unpriced = 1 }
    }

    var tokens: Int { promptTokens + completionTokens }
    var dollars: Double { Double(cost) / 1e12 }

    var usage: Usage {
        Usage(
            calls: calls, promptTokens: promptTokens, cachedPromptTokens: cachedPromptTokens,
            completionTokens: completionTokens, cost: unpriced > 0 ? nil : dollars)
    }

    /// One call is taken to cost no more than a thousand dollars, so that no sum leaves the range of an `Int`.
    private static func trillionths(_ dollars: Double) -> Int {
        dollars > 0 ? Int((min(dollars, 1000) * 1e12).rounded()) : 0
    }

    static func + (a: Spend, b: Spend) -> Spend {
        var sum = a
        sum.calls += b.calls
        sum.promptTokens += b.promptTokens
        sum.cachedPromptTokens += b.cachedPromptTokens
        sum.completionTokens += b.completionTokens
        sum.cost += b.cost
        sum.unpriced += b.unpriced
        return sum
    }

    static func - (a: Spend, b: Spend) -> Spend {
        var rest = a
        rest.calls -= b.calls
        rest.promptTokens -= b.promptTokens
        rest.cachedPromptTokens -= b.cachedPromptTokens
        rest.completionTokens -= b.completionTokens
        rest.cost -= b.cost
        rest.unpriced -= b.unpriced
        return rest
    }

    static func += (a: inout Spend, b: Spend) { a = a + b }
    static func -= (a: inout Spend, b: Spend) { a = a - b }
}
