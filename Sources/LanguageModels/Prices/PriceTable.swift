/// Prices by model name.
///
/// A dated name (`gpt-4o-mini-2024-07-18`, `claude-haiku-4-5-20251001`, `…-latest`) has the price of its undated one,
/// unless it is listed itself. Any other longer name is another model. A model that is not listed has no known price,
/// which is not the same as free.
public struct PriceTable: Sendable, Hashable {
    /// The prices by `provider:model`.
    public private(set) var prices: [String: Price]
    /// Providers whose models cost nothing.
    public var freeProviders: Set<String>

    public init(_ prices: [String: Price] = [:], freeProviders: Set<String> = []) {
        self.prices = prices
        self.freeProviders = freeProviders
    }

    /// The price of `model`; nil when it is unknown.
    public func price(of model: ModelName) -> Price? {
        let name = model.description
        if let price = prices[name] { return price }
        if let undated = Self.withoutDate(name), let price = prices[undated] { return price }
        return freeProviders.contains(model.provider) ? .free : nil
    }

    /// This table with the prices of `others` in place of its own.
    public func overridden(by others: [String: Price]) -> PriceTable {
        var table = self
        table.prices.merge(others) { _, new in new }
        return table
    }

    /// `name` without a `-YYYY-MM-DD`, `-YYYYMMDD`, `-MMDD` or `-latest` at its end; nil when it ends otherwise.
    private static func withoutDate(_ name: String) -> String? {
        if name.hasSuffix("-latest") { return String(name.dropLast("-latest".count)) }
        for shape in ["-dddd-dd-dd", "-dddddddd", "-dddd"] {
            let end = name.utf8.suffix(shape.utf8.count)
            guard end.count == shape.utf8.count else { continue }
            let fits = zip(end, shape.utf8).allSatisfy { byte, wanted in
                wanted == UInt8(ascii: "d")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == wanted
            }
            if fits { return String(name.dropLast(shape.count)) }
        }
        return nil
    }
}
