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
    /// What a filter refused, the last ones: not to be written, and checked, again.
    private(set) var refused: [[String: Value]] = []
    /// The place in the train split up to which examples were looked at.
    var place = 0

    init() {}

    var ratings: BradleyTerry { BradleyTerry(duels, count: pool.count) }

    /// The place of a member with these values; nil when there is none.
    func place(of values: [String: Value]) -> Int? { pool.firstIndex { $0.values == values } }

    private static let mostRefused = 50

    mutating func refuse(_ values: [String: Value]) { refused = (refused + [values]).suffix(Self.mostRefused) }

    // MARK: Restarts

    private static func recorded(_ values: [String: Value]) -> Value {
        .object(Fields(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    private static func values(in recorded: Value?) -> [String: Value]? {
        (recorded?.object).map { Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.value) }) }
    }

    var recorded: Value {
        [
            "refused": .list(refused.map(Self.recorded)),
            "asked": asked.recorded, "place": .integer(place),
            "pool": .list(
                pool.map { member in
                    [
                        "values": Self.recorded(member.values),
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
            guard let values = Self.values(in: member["values"]) else { return nil }
            self.pool.append(Member(values: values, candidate: member["candidate"]?.integer))
        }
        // Runs of before texts were remembered have none.
        for item in recorded["refused"]?.list ?? [] {
            guard let values = Self.values(in: item) else { return nil }
            refused.append(values)
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
