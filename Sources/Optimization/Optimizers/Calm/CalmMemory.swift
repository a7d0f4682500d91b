import Evaluation
import TraceGraph

/// What CALM keeps between steps.
struct CalmMemory: Sendable, Hashable {
    /// A sentence that hints of one group became.
    struct Rule: Sendable, Hashable {
        var parameter: String
        var group: String
        var text: String
        /// How many meaningless groups were expected to come as often: the smaller, the surer.
        var chance: Double
    }

    /// A change that was proposed and not heard of yet.
    struct Pending: Sendable, Hashable {
        enum Kind: String, Sendable, Hashable {
            /// Rules to take in.
            case rules
            /// A rule to take out.
            case elimination
            /// Repaired examples to show.
            case demonstrations
            /// The rules that stand, said in another way.
            case wording
        }

        var kind: Kind
        var rules: [Rule]
        var changes: [String: Value]
        /// The scores of the candidate it is made to, by example.
        var scores: [String: Double]
    }

    /// What came of the hints of a group that were tried on their runs.
    struct Tried: Sendable, Hashable {
        var helped = 0
        var hurt = 0

        /// The chance that hints which do nothing help so often, of those that made a difference.
        var chance: Double {
            BinomialDistribution(trials: helped + hurt, probability: 0.5).cumulative(hurt)
        }
    }

    /// A run that a hint made right, as an example to be shown.
    struct Repaired: Sendable, Hashable {
        /// What it is shown in.
        var parameter: String
        /// The rule its hint would be, as parameter and group.
        var rule: String
        var demonstration: Value
    }

    /// All hints about one parameter while one candidate was run.
    struct Round: Sendable, Hashable {
        var candidate: Int
        var parameter: String
        var heard: HintRecurrence.Round
    }

    var asked = AskedQuestions()
    /// The candidate it goes on from; nil for the best one there is.
    var current: Int?
    /// What that one scored on validation, by example.
    var scores: [String: Double] = [:]
    var rounds: [Round] = []
    /// What hints of a group said, the commonest first three, by parameter and group.
    var wordings: [String: [String]] = [:]
    /// Examples whose hints are counted, by candidate.
    var counted: Set<String> = []
    /// Distinct examples of each group, by parameter and group, as far as two.
    var sources: [String: [String]] = [:]
    /// Looks taken and hints seen at the last one, by parameter.
    var looks: [String: Int] = [:]
    var seen: [String: Int] = [:]
    /// Followed by the current candidate, the oldest first.
    var rules: [Rule] = []
    /// Groups that came to nothing.
    var refused: Set<String> = []
    /// Rules that were found to be needed.
    var needed: Set<String> = []
    /// Whether rules are tried one at a time, because several together lost.
    var isSingle = false
    /// What was proposed and not heard of yet: one change, in one or more wordings.
    var pending: [Pending] = []
    /// By parameter and group.
    var tried: [String: Tried] = [:]
    /// Groups of hints that no node gave: a model was asked for them, or they ask for the form.
    var askedFor: Set<String> = []
    /// How often the form was asked for in vain, by parameter and node.
    var vainForms: [String: Int] = [:]
    /// Not shown yet, the oldest first.
    var repaired: [Repaired] = []
    /// How often other wordings were tried since one was better.
    var idleWordings = 0
    /// The level that single rules have had tests at, when each has to be better by itself.
    var tests = 0
    /// The place in the train split up to which examples were looked at.
    var place = 0
    /// Hints tried, those that helped, and the sum of what their runs scored more than those without them.
    var repairs = 0
    var helped = 0
    var lift = 0.0
    /// Runs that hints made right, and those of them in which nobody found a flaw.
    var right = 0
    var flawless = 0
    /// Model calls made for hints and for runs with and without them.
    var calls = 0
    /// What was ever proposed as a rule, by parameter and group.
    var proposed: Set<String> = []

    static let repairedKept = 32
}

extension CalmMemory {
    /// Rules that are followed are held against what later rounds tell of chance.
    mutating func learn(from findings: [HintRecurrence.Finding], about parameter: String) {
        for place in rules.indices where rules[place].parameter == parameter {
            guard let finding = findings.first(where: { $0.kind == rules[place].group }) else { continue }
            rules[place].chance = min(rules[place].chance, finding.expected)
        }
    }

    /// The level of the test with that number, counted from 1, of any number that share `total`.
    static func level(of test: Int, spending total: Double) -> Double {
        var spending = AlphaSpending(total, .endless)
        var level = 0.0
        for _ in 0..<test { level = spending.next() }
        return level
    }

    static func key(_ parameter: String, _ group: String) -> String { "\(parameter)\u{1}\(group)" }

    /// Counts a hint on a run of candidate `candidate`; one of a group an example.
    mutating func count(_ hint: Hint, candidate: Int) {
        let key = Self.key(hint.parameter, hint.group)
        guard counted.insert("\(candidate)\u{1}\(hint.example)\u{1}\(key)").inserted else { return }
        let place = rounds.firstIndex { $0.candidate == candidate && $0.parameter == hint.parameter }
        if let place {
            rounds[place].heard.counts[hint.group, default: 0] += 1
        } else {
            let present = Set(rules.filter { $0.parameter == hint.parameter }.map(\.group))
            rounds.append(
                Round(
                    candidate: candidate, parameter: hint.parameter,
                    heard: .init(present: present, counts: [hint.group: 1])))
        }
        if sources[key, default: []].count < 2, !sources[key, default: []].contains(hint.example) {
            sources[key, default: []].append(hint.example)
        }
        if wordings[key, default: []].count < 6 { wordings[key, default: []].append(hint.text) }
    }

    /// Groups of hints about `parameter` that come more often than chance and on two examples or more, and that helped more
    /// often than hints which do nothing would where they were tried, the surest first. Each look at notably more hints
    /// than the last has its share of the false findings that are allowed.
    mutating func recurring(
        _ parameter: String, falseRules: Double, ruleAlpha: Double
    ) -> [HintRecurrence.Finding] {
        let heard = rounds.filter { $0.parameter == parameter }.map(\.heard)
        let hints = heard.reduce(0) { $0 + $1.counts.values.reduce(0, +) }
        guard hints > 0 else { return [] }
        if Double(hints) >= 1.2 * Double(seen[parameter, default: 0]) {
            seen[parameter] = hints
            looks[parameter, default: 0] += 1
        }
        let look = max(1, looks[parameter, default: 1])
        let level = Self.level(of: look, spending: falseRules)
        return HintRecurrence(rounds: heard, level: level).findings.filter { finding in
            let key = Self.key(parameter, finding.kind)
            guard sources[key, default: []].count >= 2 else { return false }
            return tried[key].map { $0.chance <= Self.level(of: look, spending: ruleAlpha) } ?? true
        }
    }
}
