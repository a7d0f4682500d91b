/// Which of two things somebody prefers.
public enum Preference: String, Sendable, Hashable, Codable, CaseIterable {
    case first, second
    /// Neither of them, or it cannot be told.
    case neither

    /// The same, with the two named in the other order.
    public var reversed: Preference {
        switch self {
        case .first: .second
        case .second: .first
        case .neither: .neither
        }
    }

    /// What the first one gets of the point that is at stake.
    public var share: Double {
        switch self {
        case .first: 1
        case .second: 0
        case .neither: 0.5
        }
    }

    /// What is left of a question that was asked twice, the second time with the two in the other order.
    ///
    /// Models prefer a place as often as a text: the 1.5B model measured for this project said "A" 80 times of 80. An
    /// answer that changes sides with the order is a tie.
    ///
    /// - Parameters:
    ///   - forward: The answer when the first one was shown first.
    ///   - backward: The answer when the second one was shown first, in terms of what was shown.
    public static func agreed(_ forward: Preference, _ backward: Preference) -> Preference {
        forward == backward.reversed ? forward : .neither
    }
}
