import LanguageModels
import Synchronization

/// Tells that calls have to wait for their endpoint, once in a while however many they are.
final class DelayLine: Sendable {
    private let terminal: Terminal
    private let told = Mutex<Duration?>(nil)
    private let changes = Mutex<Set<[ModelName]>>([])
    private let now: @Sendable () -> Duration

    /// The least time between two lines.
    private static let pause = Duration.seconds(30)
    /// Shorter waits are no news.
    private static let least = Duration.seconds(1)

    init(terminal: Terminal, now: @escaping @Sendable () -> Duration = Timekeeper.system.now) {
        self.terminal = terminal
        self.now = now
    }

    /// Tells once of each model that stands in for another.
    func tell(_ change: FallbackModel.Change) {
        guard changes.withLock({ $0.insert([change.from, change.to]).inserted }) else { return }
        Output.message(
            "\(start)note: \(change.to) answers where \(change.from) fails: \(change.failure.message.oneLine(300))")
    }

    private var start: String { terminal.isLive ? "\r\u{1B}[K" : "" }

    func tell(_ delay: CallDelay) {
        guard delay.wait >= Self.least || delay.tries >= 4 else { return }
        let moment = now()
        let isNews = told.withLock { told in
            if let last = told, moment - last < Self.pause { return false }
            told = moment
            return true
        }
        guard isNews else { return }
        let seconds = Double(delay.wait.components.seconds) + Double(delay.wait.components.attoseconds) / 1e18
        let wait = Figures.time(nanoseconds: Int64(min(seconds, 1e9) * 1e9))
        Output.message(
            "\(start)waiting \(wait) before try \(delay.tries + 1): \(delay.failure.message.oneLine(300))")
    }
}
