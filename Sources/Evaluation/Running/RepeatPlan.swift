/// How often each example is run, each time independently.
public enum RepeatPlan: Sendable, Hashable, Codable, CustomStringConvertible {
    /// So many times.
    case fixed(Int)
    /// As often as the baseline's noise calls for, which is run twice to find out.
    case automatic(most: Int)

    /// Once.
    public static let single = RepeatPlan.fixed(1)
    /// As the noise calls for, up to eight times.
    public static let automatic = RepeatPlan.automatic(most: 8)
    /// The most repeats that can be asked for.
    public static let limit = 100

    /// Reads `auto` or a whole number from 1 to ``limit``; nil for anything else.
    public init?(_ text: String) {
        if text == "auto" {
            self = .automatic
        } else if let count = Int(text), (1...Self.limit).contains(count) {
            self = .fixed(count)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .fixed(let count): "\(count)"
        case .automatic: "auto"
        }
    }

    /// Repeats of the baseline.
    public var first: Int {
        switch self {
        case .fixed(let count): max(1, count)
        case .automatic: 2
        }
    }

    /// The most repeats there can come to be.
    public var most: Int {
        switch self {
        case .fixed(let count): max(1, count)
        case .automatic(let most): max(2, most)
        }
    }
}
