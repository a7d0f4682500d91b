import ContentHash
import TraceGraph

extension Ledger {
    /// Everything that changes, guarded by one mutex.
    struct State {
        struct PerModel {
            var spent = Spend.none
            var paid = Spend.none
            var failures = 0
        }

        struct Aside {
            var calls: Int
            var tokensPerCall: Int?
            var costPerCall: Double?
            var seconds = 0.0
            /// The most that one of its calls may use.
            let largest: Spend
        }

        /// A request whose first use is being answered.
        struct Pending {
            var holders: Int
            let held: Spend
            let earmark: Int?
        }

        var spent = Spend.none
        var paid = Spend.none
        /// Requests that failed.
        var failures = 0
        var models: [String: PerModel] = [:]
        var entries: [Entry] = []
        /// Requests whose further uses are free.
        var counted: Set<ContentHash> = []
        var pending: [ContentHash: Pending] = [:]
        /// The sum of all that is held back.
        var held = Spend.none
        /// The most that one call was taken to use, tokens and cost each for themselves.
        var largest = Spend.none
        var earmarks: [Int: Aside] = [:]
        var earmarksMade = 0
        var line = WaitingLine<Waiter>()
        /// While a cut is repeated, the requests that were answered before it; all others are refused.
        var admitted: Set<ContentHash>?
        /// How many entries there were when the repetition of the cut began.
        var admittedSince = 0

        mutating func count(_ entry: Entry) {
            let one = Spend(call: entry.usage)
            spent += one
            models[entry.model, default: PerModel()].spent += one
            entries.append(entry)
            if entry.isKept { counted.insert(entry.key) }
        }

        mutating func pay(_ model: String, _ usage: Usage) {
            let one = Spend(call: usage)
            paid += one
            models[model, default: PerModel()].paid += one
        }

        /// What is set aside for others than the holder of `earmark`.
        func setAside(except earmark: Int?) -> Spend {
            var sum = Spend.none
            for (id, aside) in earmarks where id != earmark { sum += worth(of: aside) }
            return sum
        }

        /// What a call from what is set aside for others may use at most, and is not set aside.
        func slack(except earmark: Int?) -> Spend {
            earmarks.reduce(Spend.none) { $1.key == earmark ? $0 : $0.larger($1.value.largest) }
        }

        /// The seconds set aside for others than the holder of `earmark`.
        func secondsAside(except earmark: Int?) -> Double {
            earmarks.reduce(0) { $1.key == earmark ? $0 : $0 + $1.value.seconds }
        }

        /// What the calls of an earmark are going to use: as stated, or else as the run's calls did on average.
        private func worth(of aside: Aside) -> Spend {
            var each = Spend.none
            each.calls = 1
            each.promptTokens = aside.tokensPerCall ?? mean.tokens
            each.cost = aside.costPerCall.map { Spend(callWith: 0, cost: $0).cost } ?? mean.cost
            return aside.calls * each
        }

        /// What a call of this run used on average, rounded up; nothing before the first.
        var mean: Spend {
            guard spent.calls > 0 else { return .none }
            var mean = Spend.none
            mean.calls = 1
            mean.promptTokens = (spent.tokens + spent.calls - 1) / spent.calls
            mean.cost = (spent.cost + spent.calls - 1) / spent.calls
            return mean
        }
    }
}
