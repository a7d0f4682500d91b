import Optrace
import ThirdPartyOptimizer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Every method on the same worlds at the same budgets: the true quality of what it chose, what it thought of it, and how
/// many lines in it are worth nothing.
struct RuleWorlds: Benchmark {
    static let name = "ruleworld"
    /// Evaluations.
    static let budgets = [600, 2000]
    /// As good as methods of their kind elsewhere, by budget; the last one is what the best setting is to reach.
    static let peers: [String: [Double]] = [
        "gepa": [0.351, 0.453], "textgrad": [0.418, 0.511], "calm": [0.77, 0.81], "auto": [0.77, 0.81],
    ]

    /// All methods there are, one of a third party among them.
    private static var registry: OptimizerRegistry {
        var registry = OptimizerRegistry.standard
        registry.register(PatternSearch.self) { options, state in try PatternSearch(options, state) }
        return registry
    }

    /// A folder of world files; nil for worlds drawn here.
    let folder: String?
    /// The methods to compare; empty for all that can change texts.
    let methods: [String]

    /// What came of one run.
    struct Outcome {
        var quality: Double
        var reported: Double
        var distractors: Double
        var used: Double
        var growth: Double
    }

    func measure(_ report: Report) async throws {
        let worlds = try worlds()
        if let first = worlds.first { report.remark("  world \(first.seed): \(first.figures.json)") }
        let registry = Self.registry
        let chosen = methods.isEmpty ? registry.names : methods
        var table: [String] = [
            "  \(worlds.count) worlds: test quality of the chosen candidate (what validation said of it), distractor lines, "
                + "evaluations used, length by the seed's",
            "  method      " + Self.budgets.map { "| B=\($0)".padded(to: 46) }.joined(),
        ]
        for method in chosen {
            var row = "  \(method.padded(to: 12))"
            guard registry.kinds(of: method)?.contains(.text) ?? true else {
                table.append(row + "| changes no texts, and there is nothing else here to change")
                continue
            }
            for (place, budget) in Self.budgets.enumerated() {
                let outcomes = try await outcomes(of: method, on: worlds, budget: budget)
                let mean = Self.mean(outcomes)
                report.add(
                    Measure(
                        name: Self.name, shape: method, size: budget, value: mean.quality, unit: "quality",
                        reach: Self.peers[method]?[place] ?? Self.peers["gepa"]?[place],
                        details: [
                            "reported": .number(Measure.rounded(mean.reported)),
                            "distractors": .number(Measure.rounded(mean.distractors)),
                            "used": .number(Measure.rounded(mean.used)),
                            "growth": .number(Measure.rounded(mean.growth)), "worlds": .integer(worlds.count),
                        ]))
                row +=
                    "| \(Self.three(mean.quality)) (\(Self.three(mean.reported))) x \(Self.one(mean.distractors)), used \(Int(mean.used)), \(Self.one(mean.growth))×"
                    .padded(to: 46)
            }
            table.append(row)
        }
        for line in table { report.remark(line) }
    }

    private func outcomes(of method: String, on worlds: [RuleWorld], budget: Int) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for world in worlds { outcomes.append(try await outcome(of: method, on: world, budget: budget)) }
        return outcomes
    }

    private func outcome(of method: String, on world: RuleWorld, budget: Int) async throws -> Outcome {
        let ledger = Ledger(Budget(calls: budget))
        let metric = ExactMatch()
        let subject = RuleWorkflow(world, model: MeteredModel(InstantModel(), ledger: ledger))
        let train = RuleWorkflow.examples(world.train)
        let seed = UInt64(world.seed)
        let optimizer = try Self.registry.optimizer(method)
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric), concurrency: 1),
            splits: .init(train: train, validation: RuleWorkflow.examples(world.validation), holdout: []),
            plan: OptimizationPlan(
                steps: 400, minibatch: 8, siblings: 2, seed: seed, patience: 60, perfectScore: 1), gate: Gate(metric),
            purpose: "Solve the tasks.", expectations: ExpectationSummary(of: train), model: RuleReflector(),
            modelName: RuleReflector.name, ledger: ledger)
        let conclusion = try await loop.run(
            optimizer,
            as: RunRecord(
                name: "world-\(world.seed)", workflow: "ruleworld", optimizer: method, seed: seed, settings: .null,
                parameters: subject.parameters))
        var texts: [String: String] = [:]
        for node in RuleWorld.nodes { texts[node] = conclusion.best[node]?.text ?? "begin" }
        let lines = texts.values.flatMap(RuleWorld.rules)
        let validation = world.validation.count { world.run(texts, $0).isSolved }
        return Outcome(
            quality: world.quality(texts), reported: Double(validation) / Double(world.validation.count),
            distractors: Double(lines.count { $0.hasPrefix("x") }), used: Double(ledger.spent.calls),
            growth: Double(lines.reduce(0) { $0 + $1.utf8.count }) / 10)
    }

    private func worlds() throws -> [RuleWorld] {
        guard let folder, !folder.isEmpty else { return (1...40).map { RuleWorld(seed: $0) } }
        let names = try Self.files(in: folder).filter { $0.hasSuffix(".json") }.sorted()
        guard !names.isEmpty else { throw BenchmarkError("there are no world files (*.json) in \(folder)") }
        return try names.map { name in
            guard let bytes = Self.content(of: "\(folder)/\(name)") else {
                throw BenchmarkError("\(folder)/\(name) cannot be read")
            }
            do { return try RuleWorld(json: bytes) } catch { throw BenchmarkError("\(folder)/\(name): \(error)") }
        }
    }

    private static func files(in folder: String) throws -> [String] {
        guard let directory = opendir(folder) else { throw BenchmarkError("the folder \(folder) cannot be read") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    private static func content(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return content }
            content += buffer.prefix(count)
        }
    }

    private static func mean(_ outcomes: [Outcome]) -> Outcome {
        func mean(_ path: KeyPath<Outcome, Double>) -> Double {
            outcomes.reduce(0) { $0 + $1[keyPath: path] } / Double(max(1, outcomes.count))
        }
        return Outcome(
            quality: mean(\.quality), reported: mean(\.reported), distractors: mean(\.distractors), used: mean(\.used),
            growth: mean(\.growth))
    }

    private static func three(_ number: Double) -> String {
        let digits = String(Int((abs(number) * 1000).rounded()) % 1000)
        return "\(number >= 0.9995 ? "1" : "").\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    private static func one(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
