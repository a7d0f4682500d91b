import LanguageModels
import Synchronization

/// Holds back those who come until it is opened, and knows how many wait.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var passed = 0
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock(\.waiters.count) }
    var arrived: Int { state.withLock { $0.waiters.count + $0.passed } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let goes = state.withLock { state in
                if state.isOpen { state.passed += 1 } else { state.waiters.append(continuation) }
                return state.isOpen
            }
            if goes { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            state.passed += state.waiters.count
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

/// Lets other tasks run until `condition` holds.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

/// A request that differs from others by its text.
func request(_ text: String, model: String = "scripted:test", maximumTokens: Int? = nil) -> ChatRequest {
    ChatRequest(
        model: ModelName(model) ?? ModelName(provider: "scripted", model: "test"), messages: [.user(text)],
        temperature: 0, maximumTokens: maximumTokens)
}
