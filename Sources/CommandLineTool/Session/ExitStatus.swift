import LanguageModels
import Optimization

/// What a process says by its exit code.
enum ExitStatus: Int32 {
    case success = 0
    case failure = 1
    case usage = 64
    /// An evaluation stayed below its threshold.
    case belowThreshold = 100
    /// Nothing was promoted, and a promotion was required.
    case nothingPromoted = 101
    case budgetExhausted = 102
    /// A reply that should have been recorded was not.
    case replayMiss = 103
    case interrupted = 130

    /// The one table from errors to exit codes.
    init(for error: any Error) {
        switch error {
        case let error as CommandError: self = error.code
        case let error as UnrecordedFailure: self.init(for: error.failure)
        case is CancellationError: self = .interrupted
        case let error as ModelError:
            switch error.code {
            case .budgetExhausted: self = .budgetExhausted
            case .cacheMiss: self = .replayMiss
            default: self = .failure
            }
        default: self = .failure
        }
    }
}
