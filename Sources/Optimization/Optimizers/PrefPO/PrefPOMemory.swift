import TraceGraph

/// What PrefPO keeps between steps.
struct PrefPOMemory: Sendable, Hashable {
    /// A text, or several that go together, in the pool.
    struct Member: Sendable, Hashable {
        var values: [String: Value]
        /// The candidate it was run as; nil before it was tried.
        var candidate: Int?
    }

    var asked = AskedQuestions()
    var pool: [Member] = []
    var duels: [BradleyTerry.Duel] = []
    /// The place in the train split up to which examples were looked at.
    var place = 0

    init() {}

    var ratings: BradleyTerry { BradleyTerry(duels, count: pool.count) }

    /// The place of a member with these values; nil when there is none.
    func place(of values: [String: Value]) -> Int? { pool.firstIndex { $0.values == values } }

    // MARK: Restarts

    var recorded: Value {
        [
            "asked": asked.recorded, "place": .integer(place),
            "pool": .list(
                pool.map { member in
                    [
                        "values": .object(
                            Fields(member.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
                        "candidate": member.candidate.map(Value.integer) ?? .null,
                    ]
                }),
            "duels": .list(
                duels.map {
                    ["first": .integer($0.first), "second": .integer($0.second), "result": .number($0.result)]
                }),
        ]
    }

    init?(_ recorded: Value) {
        guard let asked = AskedQuestions(recorded["asked"]), let place = recorded["place"]?.integer,
            let pool = recorded["pool"]?.list, let duels = recorded["duels"]?.list
        else { return nil }
        self.asked = asked
        self.place = place
        for member in pool {
            guard let values = member["values"]?.object else { return nil }
            self.pool.append(
                Member(
                    values: Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value) }),
                    candidate: member["candidate"]?.integer))
        }
        for duel in duels {
            guard let first = duel["first"]?.integer, let second = duel["second"]?.integer,
                let result = duel["result"]?.number, self.pool.indices.contains(first),
                self.pool.indices.contains(second)
            else { return nil }
            self.duels.append(BradleyTerry.Duel(first, second, result: result))
        }
    }
}
