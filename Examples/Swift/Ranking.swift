import Optrace

/// An ordinary Swift function with settings of several kinds, optimized without any model: a search that ranks notes.
struct Ranking: Optimizable {
    @Parameter("title weight", in: 0...5) var titleWeight = 0.0
    @Parameter("shortest word", in: 1...6) var shortestWord = 6
    @Parameter("case", options: ["as it is", "folded"]) var folding = "as it is"

    static let notes = [
        "Bread: flour, water, salt and time.", "Bicycle: pump the tyres and oil the chain.",
        "Boiler: bleed the radiators when it is cold.", "Garden: sow the beans in May.",
        "Taxes: the form is due in July.", "Piano: tune it before the winter.",
    ]

    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func best(for query: Traced<String>) -> Traced<String> {
        let words = traced("words", query, $shortestWord, $folding, documentation: "Splits the query.") {
            Self.words(of: $0, shortest: $1, folding: $2)
        }
        let scores = traced("score", words, $titleWeight, $folding, documentation: "Counts the words in each note.") {
            words, titleWeight, folding in
            Self.notes.map { note in
                let parts = note.split(separator: ":").map {
                    Set(Self.words(of: String($0), shortest: 1, folding: folding))
                }
                return words.reduce(0.0) { sum, word in
                    sum + (parts[0].contains(word) ? titleWeight : 0) + (parts[1].contains(word) ? 1 : 0)
                }
            }
        }
        return traced("choose", scores, documentation: "Takes the first of the highest.") { scores in
            let highest = scores.max() ?? 0
            return highest > 0 ? Self.notes[scores.firstIndex(of: highest) ?? 0] : "nothing"
        }
    }

    private static func words(of text: String, shortest: Int, folding: String) -> [String] {
        text.split { !$0.isLetter }.map { folding == "folded" ? $0.lowercased() : String($0) }
            .filter { $0.count >= shortest }
    }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) { best(for: Traced(example["query"]?.text ?? "", name: "query")) }
    }
}

enum RankingExample {
    static func queries(_ part: String, _ forms: [String]) -> [Example] {
        let subjects = ["bread", "bicycle", "boiler", "garden", "taxes", "piano"]
        return subjects.enumerated().flatMap { place, subject in
            forms.enumerated().map { number, form in
                Example(
                    id: "\(part)-\(subject)-\(number)",
                    fields: [
                        "query": .text(form.replacing("X", with: subject)), "expected": .text(Ranking.notes[place]),
                    ])
            }
        }
    }

    static func run() async throws {
        let metric = ExactMatch(name: "accuracy")
        let ranking = Ranking()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: ranking, metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: queries("train", ["my X", "about X"]), validation: queries("validation", ["X?", "the X"]),
                holdout: queries("holdout", ["what of X", "X please", "tell me: X"])),
            plan: OptimizationPlan(steps: 20, siblings: 4, seed: 3, patience: nil, perfectScore: 1),
            gate: Gate(metric), model: ScriptedModel(replies: []),
            modelName: ModelName(provider: "scripted", model: "none"), ledger: Ledger(.unlimited))
        let conclusion = try await loop.run(
            try OptimizerRegistry.standard.optimizer("random", options: [:]),
            as: RunRecord(
                name: "ranking-1", workflow: "ranking", optimizer: "random", seed: 3, settings: [:],
                parameters: ranking.parameters))
        print("best     \(conclusion.best.values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" })")
        print("hold-out \(Main.outcome(of: conclusion.verdict))")
    }
}
