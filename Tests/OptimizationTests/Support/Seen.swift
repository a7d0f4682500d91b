import Evaluation
import LanguageModels
import Optimization
import Synchronization
import TraceGraph

/// What a loop showed and told, gathered from any task.
final class Seen: Sendable {
    struct All {
        var examples: Set<String> = []
        var fates: [Trial.Fate] = []
        var events: [RunEvent] = []
        var steps: [StepRecord] = []
        var stops: [RecordedStop] = []
        var conclusions: [RunConclusion] = []
    }

    private let state = Mutex(All())

    var all: All { state.withLock { $0 } }

    func note(_ context: ProposalContext) {
        state.withLock { $0.examples.formUnion(context.evaluations.map(\.example.id)) }
    }

    func note(_ trials: [Trial]) { state.withLock { $0.fates += trials.map(\.fate) } }

    func note(_ event: RunEvent) { state.withLock { $0.events.append(event) } }

    /// The events as text, to compare whole runs.
    var story: [String] { all.events.map { "\($0)" } }
}

extension Seen: RunJournal {
    func begin(_ run: RunRecord) {}
    func commit(_ step: StepRecord) { state.withLock { $0.steps.append(step) } }
    func stop(_ stop: RecordedStop) { state.withLock { $0.stops.append(stop) } }
    func finish(_ conclusion: RunConclusion) { state.withLock { $0.conclusions.append(conclusion) } }
}

/// Answers every chat with its last message.
struct EchoModel: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply {
        ChatReply(
            text: request.messages.last?.content ?? "", usage: Usage(calls: 1, promptTokens: 3, completionTokens: 1))
    }
}
