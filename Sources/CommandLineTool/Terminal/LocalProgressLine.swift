import LanguageModels
import Synchronization

/// Tells what happens while a local model is made ready: one line that changes on a live terminal, plain lines now and
/// then otherwise.
final class LocalProgressLine: Sendable {
    private let terminal: Terminal
    private let last = Mutex(-1)

    init(terminal: Terminal) { self.terminal = terminal }

    func tell(_ progress: LocalProgress) {
        switch progress {
        case .note(let text):
            if terminal.isLive { Output.raw("\r\u{1B}[K") }
            Output.message(text)
        case .downloaded(let bytes, let total):
            let percent = total.map { $0 > 0 ? bytes * 100 / $0 : 100 }
            let done = Figures.bytes(bytes) + (total.map { " of \(Figures.bytes($0))" } ?? "")
            let text = "downloading \(done)" + (percent.map { ", \($0) %" } ?? "")
            if terminal.isLive {
                Output.raw("\r\u{1B}[K\(text)")
            } else if isNews(percent ?? bytes / 10_000_000) {
                Output.message(text)
            }
        }
    }

    /// Whether a tenth more is done than when something was last told.
    private func isNews(_ percent: Int) -> Bool {
        last.withLock { last in
            guard percent / 10 != last / 10 else { return false }
            last = percent
            return true
        }
    }
}
