import TraceGraph

extension CalmMemory {
    var recorded: Value {
        [
            "asked": asked.recorded, "current": current.map(Value.integer) ?? .null,
            "scores": .object(Fields(scores.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
            "rounds": .list(rounds.map(\.recorded)), "wordings": Self.recorded(wordings),
            "counted": .list(counted.sorted().map(Value.text)), "sources": Self.recorded(sources),
            "looks": Self.recorded(looks), "seen": Self.recorded(seen), "rules": .list(rules.map(\.recorded)),
            "refused": .list(refused.sorted().map(Value.text)), "needed": .list(needed.sorted().map(Value.text)),
            "is_single": .flag(isSingle), "pending": .list(pending.map(\.recorded)),
            "tried": .object(
                Fields(
                    tried.sorted { $0.key < $1.key }.map {
                        ($0.key, ["helped": .integer($0.value.helped), "hurt": .integer($0.value.hurt)])
                    })),
            "repaired": .list(
                repaired.map {
                    [
                        "parameter": .text($0.parameter), "rule": .text($0.rule), "demonstration": $0.demonstration,
                    ]
                }), "idle_wordings": .integer(idleWordings), "tests": .integer(tests), "place": .integer(place),
            "asked_for": .list(askedFor.sorted().map(Value.text)), "vain_forms": Self.recorded(vainForms),
            "repairs": .integer(repairs),
            "helped": .integer(helped), "lift": .number(lift), "right": .integer(right),
            "flawless": .integer(flawless), "calls": .integer(calls),
            "proposed": .list(proposed.sorted().map(Value.text)),
        ]
    }

    init?(_ recorded: Value) {
        guard let asked = AskedQuestions(recorded["asked"]), let rounds = recorded["rounds"]?.list,
            let rules = recorded["rules"]?.list, let place = recorded["place"]?.integer,
            let isSingle = recorded["is_single"]?.flag
        else { return nil }
        self.asked = asked
        current = recorded["current"]?.integer
        self.rounds = rounds.compactMap(Round.init)
        wordings = Self.texts(recorded["wordings"])
        counted = Set(recorded["counted"]?.list?.compactMap(\.text) ?? [])
        sources = Self.texts(recorded["sources"])
        looks = Self.numbers(recorded["looks"])
        seen = Self.numbers(recorded["seen"])
        self.rules = rules.compactMap(Rule.init)
        scores = (recorded["scores"]?.object ?? [:]).reduce(into: [:]) { $0[$1.name] = $1.value.number }
        refused = Set(recorded["refused"]?.list?.compactMap(\.text) ?? [])
        needed = Set(recorded["needed"]?.list?.compactMap(\.text) ?? [])
        self.isSingle = isSingle
        pending = (recorded["pending"]?.list ?? []).compactMap(Pending.init)
        for (key, item) in recorded["tried"]?.object ?? [:] {
            tried[key] = Tried(helped: item["helped"]?.integer ?? 0, hurt: item["hurt"]?.integer ?? 0)
        }
        repaired = (recorded["repaired"]?.list ?? []).compactMap { item in
            guard let parameter = item["parameter"]?.text, let rule = item["rule"]?.text,
                let demonstration = item["demonstration"]
            else { return nil }
            return Repaired(parameter: parameter, rule: rule, demonstration: demonstration)
        }
        idleWordings = recorded["idle_wordings"]?.integer ?? 0
        tests = recorded["tests"]?.integer ?? 0
        self.place = place
        askedFor = Set(recorded["asked_for"]?.list?.compactMap(\.text) ?? [])
        vainForms = Self.numbers(recorded["vain_forms"])
        repairs = recorded["repairs"]?.integer ?? 0
        helped = recorded["helped"]?.integer ?? 0
        lift = recorded["lift"]?.number ?? 0
        right = recorded["right"]?.integer ?? 0
        flawless = recorded["flawless"]?.integer ?? 0
        calls = recorded["calls"]?.integer ?? 0
        proposed = Set(recorded["proposed"]?.list?.compactMap(\.text) ?? [])
    }

    private static func recorded(_ texts: [String: [String]]) -> Value {
        .object(Fields(texts.sorted { $0.key < $1.key }.map { ($0.key, .list($0.value.map(Value.text))) }))
    }

    private static func recorded(_ numbers: [String: Int]) -> Value {
        .object(Fields(numbers.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
    }

    private static func texts(_ value: Value?) -> [String: [String]] {
        var texts: [String: [String]] = [:]
        for (key, list) in value?.object ?? [:] { texts[key] = list.list?.compactMap(\.text) ?? [] }
        return texts
    }

    private static func numbers(_ value: Value?) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for (key, number) in value?.object ?? [:] { numbers[key] = number.integer ?? 0 }
        return numbers
    }
}

extension CalmMemory.Round {
    fileprivate var recorded: Value {
        [
            "candidate": .integer(candidate), "parameter": .text(parameter),
            "present": .list(heard.present.sorted().map(Value.text)),
            "counts": .object(Fields(heard.counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
        ]
    }

    fileprivate init?(_ recorded: Value) {
        guard let candidate = recorded["candidate"]?.integer, let parameter = recorded["parameter"]?.text,
            let present = recorded["present"]?.list, let counts = recorded["counts"]?.object
        else { return nil }
        self.init(
            candidate: candidate, parameter: parameter,
            heard: .init(
                present: Set(present.compactMap(\.text)),
                counts: Dictionary(uniqueKeysWithValues: counts.map { ($0.name, $0.value.integer ?? 0) })))
    }
}

extension CalmMemory.Rule {
    fileprivate var recorded: Value {
        ["parameter": .text(parameter), "group": .text(group), "text": .text(text), "chance": .number(chance)]
    }

    fileprivate init?(_ recorded: Value) {
        guard let parameter = recorded["parameter"]?.text, let group = recorded["group"]?.text,
            let text = recorded["text"]?.text, let chance = recorded["chance"]?.number
        else { return nil }
        self.init(parameter: parameter, group: group, text: text, chance: chance)
    }
}

extension CalmMemory.Pending {
    fileprivate var recorded: Value {
        [
            "rules": .list(rules.map(\.recorded)), "kind": .text(kind.rawValue),
            "changes": .object(Fields(changes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
            "scores": .object(Fields(scores.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
        ]
    }

    fileprivate init?(_ recorded: Value) {
        guard let rules = recorded["rules"]?.list, let kind = recorded["kind"]?.text.flatMap(Kind.init),
            let changes = recorded["changes"]?.object, let scores = recorded["scores"]?.object
        else { return nil }
        self.init(
            kind: kind, rules: rules.compactMap(CalmMemory.Rule.init),
            changes: Dictionary(uniqueKeysWithValues: changes.map { ($0.name, $0.value) }),
            scores: Dictionary(
                uniqueKeysWithValues: scores.compactMap { item in item.value.number.map { (item.name, $0) } }))
    }
}
