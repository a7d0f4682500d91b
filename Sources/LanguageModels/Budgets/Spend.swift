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

    /// No part grows beyond this, so that sums of a few stay within an `Int`; a budget is exceeded long before.
    private static let most = Int.max / 8

    init() {}

    /// One call with `usage`.
    init(call usage: Usage) {
        calls = 1
        promptTokens = min(usage.promptTokens, Self.most)
        cachedPromptTokens = min(usage.cachedPromptTokens, Self.most)
        completionTokens = min(usage.completionTokens, Self.most)
        if let dollars = usage.cost { cost = Self.trillionths(dollars) } else { unpriced = 1 }
    }

    /// One call with as many tokens, all counted as the prompt's, and that cost.
    init(callWith tokens: Int, cost dollars: Double?) {
        calls = 1
        promptTokens = min(tokens, Self.most)
        if let dollars { cost = Self.trillionths(dollars) } else { unpriced = 1 }
    }

    var tokens: Int { promptTokens + completionTokens }
    var dollars: Double { Double(cost) / 1e12 }

    var usage: Usage {
        Usage(
            calls: calls, promptTokens: promptTokens, cachedPromptTokens: cachedPromptTokens,
            completionTokens: completionTokens, cost: unpriced > 0 ? nil : dollars)
    }

    /// One call is taken to cost no more than a thousand dollars.
    private static func trillionths(_ dollars: Double) -> Int {
        dollars > 0 ? Int((min(dollars, 1000) * 1e12).rounded()) : 0
    }

    static func + (a: Spend, b: Spend) -> Spend {
        var sum = a
        sum.calls = min(a.calls + b.calls, most)
        sum.promptTokens = min(a.promptTokens + b.promptTokens, most)
        sum.cachedPromptTokens = min(a.cachedPromptTokens + b.cachedPromptTokens, most)
        sum.completionTokens = min(a.completionTokens + b.completionTokens, most)
        sum.cost = min(a.cost + b.cost, most)
        sum.unpriced = min(a.unpriced + b.unpriced, most)
        return sum
    }

    /// As much `times` over.
    static func * (times: Int, spend: Spend) -> Spend {
        func product(_ number: Int) -> Int {
            let (product, overflows) = number.multipliedReportingOverflow(by: times)
            return overflows ? most : min(product, most)
        }
        var whole = spend
        whole.calls = product(spend.calls)
        whole.promptTokens = product(spend.promptTokens)
        whole.cachedPromptTokens = product(spend.cachedPromptTokens)
        whole.completionTokens = product(spend.completionTokens)
        whole.cost = product(spend.cost)
        whole.unpriced = product(spend.unpriced)
        return whole
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

    /// Tokens and cost of whichever has more of them.
    func larger(_ other: Spend) -> Spend {
        var larger = Spend.none
        larger.promptTokens = max(tokens, other.tokens)
        larger.cost = max(cost, other.cost)
        return larger
    }

    static func += (a: inout Spend, b: Spend) { a = a + b }
    static func -= (a: inout Spend, b: Spend) { a = a - b }
}
