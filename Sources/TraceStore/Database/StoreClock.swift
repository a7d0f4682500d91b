public import Foundation

/// Where the store reads the time of day that it notes beside what it keeps.
public struct StoreClock: Sendable {
    /// What time it is.
    public var now: @Sendable () -> Date

    public init(now: @escaping @Sendable () -> Date) { self.now = now }

    /// The machine's clock.
    public static let live = StoreClock { Date() }
}

/// Times as the database holds them: UTC, ISO 8601, milliseconds, so that text order is time order.
enum Timestamp {
    private static let seconds = Date.ISO8601FormatStyle()

    /// The years that four digits hold, seconds since 1970: beyond them text order would not be time order.
    private static let range = -62_135_596_800.0...253_402_300_799.0

    static func text(_ date: Date) -> String {
        let seconds = min(max(date.timeIntervalSince1970, range.lowerBound), range.upperBound)
        let milliseconds = Int((seconds * 1000).rounded())
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let fraction = String(1000 + (rest < 0 ? rest + 1000 : rest)).dropFirst()
        let second = Date(timeIntervalSince1970: Double(rest < 0 ? whole - 1 : whole)).formatted(Self.seconds)
        return "\(second.dropLast()).\(fraction)Z"
    }

    static func date(_ text: String) throws(StoreError) -> Date {
        guard let dot = text.firstIndex(of: "."), text.hasSuffix("Z"),
            let milliseconds = Int(text[text.index(after: dot)...].dropLast())
        else { throw StoreError(.unreadable, "a stored time is not in ISO 8601 with milliseconds") }
        do {
            let whole = try seconds.parse("\(text[..<dot])Z").timeIntervalSince1970
            return Date(timeIntervalSince1970: (whole * 1000 + Double(milliseconds)) / 1000)
        } catch {
            throw StoreError(.unreadable, "a stored time is not in ISO 8601", underlyingError: error)
        }
    }
}
