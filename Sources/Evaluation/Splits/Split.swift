/// What a part of the data may be used for.
public enum SplitPart: String, Sendable, Hashable, Codable, CaseIterable {
    /// Proposals may see it.
    case train
    /// Candidates are selected on it.
    case validation
    /// Used once, by the gate.
    case holdout

    /// The part a word in a split column names; also `val`, `valid`, `dev`, `test`, `hold-out`, in any case.
    public init?(word: String) {
        switch word.trimmed.lowercased() {
        case "train", "training": self = .train
        case "validation", "valid", "val", "dev": self = .validation
        case "holdout", "hold-out", "hold_out", "test": self = .holdout
        default: return nil
        }
    }
}

/// Which example belongs to which part.
public struct Split: Sendable, Hashable, Codable {
    /// Example ids, in the order of the dataset.
    public var train: [String]
    /// The ids of what candidates are chosen by.
    public var validation: [String]
    /// The ids of what only the gate sees.
    public var holdout: [String]
    /// What a person should know about this split: leaks in a given split, sizes that could not be met.
    public var remarks: [String]

    public init(
        train: [String] = [], validation: [String] = [], holdout: [String] = [], remarks: [String] = []
    ) {
        self.train = train
        self.validation = validation
        self.holdout = holdout
        self.remarks = remarks
    }

    /// The ids of one part.
    public subscript(_ part: SplitPart) -> [String] {
        get {
            switch part {
            case .train: train
            case .validation: validation
            case .holdout: holdout
            }
        }
        set {
            switch part {
            case .train: train = newValue
            case .validation: validation = newValue
            case .holdout: holdout = newValue
            }
        }
    }

    /// The part `example` belongs to; nil when it is in none. Linear.
    public func part(of example: String) -> SplitPart? {
        SplitPart.allCases.first { self[$0].contains(example) }
    }
}
