public import ContentHash
import Synchronization

/// The calls of a run that no cache keeps: those that it has met, and those of an earlier attempt that it is to meet again.
public final class LostCalls: Sendable {
    private struct State {
        var met: [LostCall] = []
        /// What is to be met again, by key; the next one last.
        var expected: [ContentHash: [LostCall]] = [:]
        /// How many of these are failures of steps, by the steps' names.
        var steps: [String: Int] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// How many calls were lost so far.
    public var count: Int { state.withLock(\.met.count) }

    /// The lost calls from number `index` on, in the order they were lost.
    public func calls(after index: Int = 0) -> [LostCall] { state.withLock { Array($0.met.dropFirst(index)) } }

    /// Lets the next requests of the same keys come to the same ends, each as often as it did.
    public func expect(_ calls: [LostCall]) {
        state.withLock { state in
            (state.expected, state.steps) = ([:], [:])
            for call in calls.reversed() {
                state.expected[call.key, default: []].append(call)
                if case .stepFailed = call.outcome { state.steps[call.model, default: 0] += 1 }
            }
        }
    }

    /// Whether a failure of the step called `name` is still to be met again.
    public func expects(failureOf name: String) -> Bool { state.withLock { $0.steps[name] != nil } }

    /// Adds what was lost just now.
    public func note(_ call: LostCall) {
        state.withLock { $0.met.append(call) }
    }

    /// What the next request of this key comes to; nil when it is to be asked. Notes it as met.
    public func next(for key: ContentHash) -> LostCall? {
        state.withLock { state in
            guard let call = state.expected[key]?.popLast() else { return nil }
            if state.expected[key]?.isEmpty == true { state.expected[key] = nil }
            if case .stepFailed = call.outcome, let left = state.steps[call.model] {
                state.steps[call.model] = left > 1 ? left - 1 : nil
            }
            state.met.append(call)
            return call
        }
    }
}

/// Notes the calls that no cache keeps, and lets those of an earlier attempt at the run come to the same end, without
/// asking anybody.
///
/// It belongs outside the budget: a failure that is met again reserves nothing, since the ledger knows of it from the
/// earlier attempt, and a reply that is met again is counted as spent, but not as paid.
/// `FallbackModel(RepeatingModel(MeteredModel(…), …), …)`.
public struct RepeatingModel: LanguageModel {
    private let base: any LanguageModel
    private let lost: LostCalls
    private let ledger: Ledger

    public init(_ base: any LanguageModel, lost: LostCalls, ledger: Ledger) {
        self.base = base
        self.lost = lost
        self.ledger = ledger
    }

    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await noted(request) { try await base.reply(to: $0) }
    }

    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { emit in
            emit(.finished(try await noted(request) { try await base.relay($0, emit) }))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    private func noted(
        _ request: ChatRequest, _ call: (ChatRequest) async throws -> ChatReply
    ) async throws -> ChatReply {
        let request = try await base.addressed(request)
        let key = request.key
        if let earlier = lost.next(for: key), let reply = try met(earlier) { return try reply.whole(to: request) }
        do {
            let reply = try await call(request)
            if let call = LostCall(key: key, model: request.model, reply: reply) { lost.note(call) }
            return reply
        } catch let error as ModelError {
            // A reply that a budget cut off was paid for, and counts again when it is met again.
            let cut = (error.underlyingError as? CutReply)?.reply
            let lostCall =
                if let cut {
                    LostCall(key: key, model: request.model, reply: cut)
                } else {
                    LostCall(key: key, model: request.model, failure: error)
                }
            if let lostCall { lost.note(lostCall) }
            throw error
        }
    }

    private func met(_ call: LostCall) throws(ModelError) -> ChatReply? {
        switch call.outcome {
        // No request has the key of a step.
        case .stepFailed: return nil
        case .failed(let error): throw error
        case .answered(var reply):
            ledger.count(Ledger.Entry(key: call.key, model: call.model, usage: reply.usage, isKept: false))
            reply.wasCached = true
            return reply
        }
    }
}
