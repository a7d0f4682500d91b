import Optrace

/// A small simulated workflow with a known optimum, for comparing optimizers at equal budgets without a model.
///
/// Two texts, `plan` and `answer`, one rule a line. Each has eight useful rules (p0…p7 and a0…a7), of which an example needs
/// one or two of each; lines that start with `x` are distractors, and every line costs a little. An example is solved with
/// a probability that falls with the rules that are missing, decided by noise that is fixed: the same texts always score
/// the same.
struct RuleWorld: Sendable {
    static let nodes = ["plan", "answer"]
    static let rulesPerNode = 8

    /// What an example needs of each node.
    struct Needs: Sendable {
        var id: String
        /// Numbers of rules, by node.
        var rules: [String: [Int]]
    }

    var seed: Int
    var train: [Needs]
    var validation: [Needs]
    var test: [Needs]

    /// The world in a file as `ruleworld.py export` writes it.
    init(json: [UInt8]) throws {
        let value = try Value(json: json)
        guard let seed = value["seed"]?.integer else { throw BenchmarkError("a world needs a seed") }
        func split(_ name: String) throws -> [Needs] {
            guard let list = value[name]?.list, !list.isEmpty else { throw BenchmarkError("a world needs '\(name)'") }
            return try list.map { example in
                guard let id = example["id"]?.text else { throw BenchmarkError("an example of '\(name)' has no id") }
                var rules: [String: [Int]] = [:]
                for node in Self.nodes {
                    guard let numbers = example[node]?.list else { throw BenchmarkError("\(id) has no '\(node)'") }
                    rules[node] = numbers.compactMap(\.integer)
                }
                return Needs(id: id, rules: rules)
            }
        }
        self.seed = seed
        train = try split("train")
        validation = try split("val")
        test = try split("test")
    }

    /// A world of the same kind, drawn here.
    init(seed: Int) {
        self.seed = seed
        var random = SeededGenerator(seed: UInt64(seed)).stream("rule world")
        func split(_ name: String, _ count: Int) -> [Needs] {
            (0..<count).map { index in
                var rules: [String: [Int]] = [:]
                for node in Self.nodes {
                    rules[node] = random.sample(1 + random.index(below: 2), from: 0..<Self.rulesPerNode)
                }
                return Needs(id: "\(name)\(index)", rules: rules)
            }
        }
        train = split("train", 50)
        validation = split("val", 50)
        test = split("test", 2000)
    }

    /// A number from 0 up to 1 that the parts decide.
    static func noise(_ parts: String...) -> Double { noise(parts) }

    static func noise(_ parts: [String]) -> Double {
        var number: UInt64 = 0
        for byte in ContentHash(of: parts.joined(separator: "|")).bytes.prefix(6) { number = number << 8 | UInt64(byte) }
        return Double(number) / 0x1p48
    }

    /// The rules of a text, one a line.
    static func rules(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }.filter { !$0.isEmpty }
    }

    /// The chance that an example is solved.
    func chance(_ texts: [String: String], _ example: Needs) -> Double {
        var missing = 0
        var distractors = 0
        var lines = 0
        for node in Self.nodes {
            let have = Self.rules(texts[node] ?? "")
            lines += have.count
            distractors += have.count { $0.hasPrefix("x") }
            missing += missingRules(node, have, example).count
        }
        let base = missing < 4 ? [0.92, 0.62, 0.40, 0.26][missing] : 0.16
        return max(0.02, base - 0.03 * Double(distractors) - 0.004 * Double(lines))
    }

    private func missingRules(_ node: String, _ have: [String], _ example: Needs) -> [String] {
        (example.rules[node] ?? []).map { "\(node.prefix(1))\($0)" }.filter { !have.contains($0) }
    }

    /// Whether the example is solved, and a hint for each node when it is not.
    func run(_ texts: [String: String], _ example: Needs) -> (isSolved: Bool, hints: [String: String]) {
        let (plan, answer) = (texts["plan"] ?? "", texts["answer"] ?? "")
        if Self.noise("\(seed)", plan, answer, example.id) < chance(texts, example) { return (true, [:]) }
        var hints: [String: String] = [:]
        for node in Self.nodes {
            let missing = missingRules(node, Self.rules(texts[node] ?? ""), example)
            let draw = Self.noise("\(seed)", "fb", plan, answer, example.id, node)
            hints[node] = draw < 0.7 ? missing.first : nil
            if hints[node] == nil { hints[node] = "x\(Int(draw * 1e6) % 40)" }
        }
        return (false, hints)
    }

    /// The true quality: the mean chance over the test examples.
    func quality(_ texts: [String: String]) -> Double {
        test.reduce(0) { $0 + chance(texts, $1) } / Double(test.count)
    }

    /// The text with up to two new hints, now and then without one of its lines.
    static func reflected(_ text: String, _ hints: [String], key: String) -> String {
        let have = rules(text)
        var new: [String] = []
        for hint in hints where !new.contains(hint) && !have.contains(hint) { new.append(hint) }
        var lines = have + new.prefix(2)
        if !lines.isEmpty, noise(["drop", key, text] + hints) < 0.15 {
            lines.remove(at: Int(noise("w", key, text) * Double(lines.count)))
        }
        return lines.isEmpty ? "begin" : lines.joined(separator: "\n")
    }
}
