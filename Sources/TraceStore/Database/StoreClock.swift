public import Foundation

/// Where the store reads the time of day that it notes beside what it keeps.
public struct StoreClock: Sendable {
    public var now: @Sendable () -> Date

    public init(now: @escaping @Sendable () -> Date) { self.now = now }

    /// The machine's clock.
    public static let live = StoreClock { Date() }
}

/// Times as the database holds them: UTC, ISO 8601, milliseconds, so that text order is time order.
enum Timestamp {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    static func text(_ date: Date) -> String { date.formatted(style) }

    static func date(_ text: String) throws(StoreError) -> Date {
        do {
            return try style.parse(text)
        } catch {
            throw StoreError(.unreadable, "a stored time is not in ISO 8601", underlyingError: error)
        }
    }
}
