import Evaluation
import TraceGraph

/// What OptoPrime keeps between steps.
struct OptoPrimeMemory: Sendable, Hashable {
    /// A candidate that was tried, with what was said about it.
    struct Round: Sendable, Hashable {
        var candidate: Int
        var fate: String
        /// The commonest feedback, at most two texts.
        var feedback: [String]
    }

    /// The last ones tried, oldest first.
    private(set) var rounds: [Round] = []
    /// How often each request was made, so that one that recurs is asked as an independent repeat.
    var asked: [String: Int] = [:]
    /// Replies that ended at their limit.
    var cutReplies = 0

    private static let capacity = 200
    static let longestFeedback = 200

    init() {}

    mutating func keep(_ round: Round) {
        rounds.append(round)
        if rounds.count > Self.capacity { rounds.removeFirst(rounds.count - Self.capacity) }
    }

    func round(of candidate: Candidate.ID) -> Round? { rounds.last { $0.candidate == candidate.number } }

    // MARK: Restarts

    var recorded: Value {
        [
            "rounds": .list(
                rounds.map { round in
                    [
                        "candidate": .integer(round.candidate), "fate": .text(round.fate),
                        "feedback": .list(round.feedback.map(Value.text)),
                    ]
                }),
            "asked": .object(Fields(asked.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
            "cut_replies": .integer(cutReplies),
        ]
    }

    init?(_ recorded: Value) {
        guard let rounds = recorded["rounds"]?.list, let asked = recorded["asked"]?.object,
            let cutReplies = recorded["cut_replies"]?.integer
        else { return nil }
        for round in rounds {
            guard let candidate = round["candidate"]?.integer, let fate = round["fate"]?.text,
                let feedback = round["feedback"]?.list
            else { return nil }
            self.rounds.append(Round(candidate: candidate, fate: fate, feedback: feedback.compactMap(\.text)))
        }
        for (key, count) in asked {
            guard let count = count.integer else { return nil }
            self.asked[key] = count
        }
        self.cutReplies = cutReplies
    }
}

extension OptoPrimeMemory.Round {
    init(_ trial: Trial) {
        candidate = trial.candidate.id.number
        switch trial.fate {
        case .accepted(let reason): fate = "accepted: \(reason)"
        case .kept(let reason): fate = "kept: \(reason)"
        case .rejected(let reason): fate = "rejected: \(reason)"
        }
        let worst = trial.minibatch.sorted { ($0.score ?? 0) < ($1.score ?? 0) }
        var counts: [String: Int] = [:]
        var order: [String] = []
        for text in worst.flatMap({ $0.trace.feedback.map(\.text) }) where !text.isEmpty {
            if counts.updateValue(counts[text, default: 0] + 1, forKey: text) == nil { order.append(text) }
        }
        let commonest = order.enumerated().sorted { a, b in
            let (first, second) = (counts[a.element] ?? 0, counts[b.element] ?? 0)
            return first == second ? a.offset < b.offset : first > second
        }
        feedback = commonest.prefix(2).map {
            ValueText.cut($0.element, to: 4 * OptoPrimeMemory.longestFeedback / 4).text
        }
    }
}
