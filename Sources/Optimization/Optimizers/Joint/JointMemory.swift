import Evaluation
import TraceGraph

/// What a joint search has gathered: options for texts and demonstrations, and scores of minibatch trials.
struct JointMemory: Sendable, Hashable {
    /// The setting of trials on train examples, and that of whole validation runs.
    static let train = 0
    static let validation = 1

    /// Options by parameter, in the order they came.
    private(set) var pools: [String: [Value]] = [:]
    private var trials: [JointTrial] = []
    private var sampling = BayesianMemory()

    init() {}

    /// What was tried on minibatches.
    var tried: [[String: Value]] { trials.map(\.values) }

    /// Adds the texts and demonstrations among `values` to the options.
    mutating func offer(_ values: [String: Value], _ parameters: ParameterSpace) {
        for definition in parameters.definitions where [.text, .code, .examples].contains(definition.kind) {
            var pool = pools[definition.name] ?? [definition.initial]
            if let value = values[definition.name], !pool.contains(value) { pool.append(value) }
            pools[definition.name] = pool
        }
    }

    /// Draws sets of demonstrations, each of a random size, until there are as many as wanted besides the first.
    ///
    /// - Parameter answer: What the workflow calls its answer, for prompts that call it so in what they show.
    /// - Throws: What the context's objection throws.
    mutating func addSets(
        _ count: Int, answer: String?, _ context: ProposalContext, _ random: inout SeededGenerator
    ) async throws {
        let train = context.workbench.train
        for definition in context.parameters.definitions where definition.kind == .examples {
            var pool = pools[definition.name] ?? [definition.initial]
            let most = min(definition.constraint.maximumCount ?? 4, train.count)
            for _ in 0..<(4 * count) where pool.count <= count && most > 0 {
                let chosen = random.sample(1 + random.index(below: most), from: train)
                var shown: [Value] = []
                for example in chosen {
                    let form = try await context.showable(.object(example.fields), in: definition, answer: answer)
                    if let form { shown.append(form) }
                }
                guard !shown.isEmpty else { continue }
                let set = Value.list(shown)
                if !pool.contains(set), (try? definition.checked(set)) == set { pool.append(set) }
            }
            pools[definition.name] = pool
        }
    }

    /// The parameters with their pools as options.
    func variables(_ parameters: ParameterSpace) -> [ParameterDefinition] {
        parameters.definitions.map { definition in
            guard let pool = pools[definition.name] else { return definition }
            return ParameterDefinition(
                definition.name, kind: .choice, initial: definition.initial,
                constraint: ParameterConstraint(options: pool))
        }
    }

    func sampler(for variables: [ParameterDefinition], random: SeededGenerator) -> BayesianSampler {
        sampling.sampler(for: variables, BayesianOptions(), random: random)
    }

    mutating func keep(_ sampler: BayesianSampler) { sampling = BayesianMemory(sampler) }

    /// Notes scores of a minibatch; those of the same values come together.
    mutating func note(_ values: [String: Value], _ evaluations: [Evaluation]) {
        let place = trials.firstIndex { $0.values == values } ?? trials.count
        if place == trials.count { trials.append(JointTrial(values: values)) }
        for evaluation in evaluations { trials[place].scores[evaluation.example.id] = .some(evaluation.score) }
    }

    /// All trials under their settings.
    func observations(_ context: ProposalContext) -> [BayesianSampler.Observation] {
        let paired = PairedScores(
            trials.enumerated().map { place, trial in
                (
                    id: Candidate.ID(place),
                    scores: trial.scores.sorted { $0.key < $1.key }.map { (example: $0.key, score: $0.value) }
                )
            })
        var observations = trials.enumerated().compactMap { place, trial in
            paired[Candidate.ID(place)].map {
                BayesianSampler.Observation(
                    trial.values, score: $0.score, variance: $0.variance, setting: Self.train)
            }
        }
        let whole = PairedScores(context.history)
        for tried in context.history {
            guard let standing = whole[tried.candidate.id] else { continue }
            observations.append(
                BayesianSampler.Observation(
                    tried.candidate.values, score: standing.score, variance: standing.variance,
                    setting: Self.validation))
        }
        return observations
    }

    // MARK: State

    var recorded: Value {
        [
            "pools": .object(Fields(pools.sorted { $0.key < $1.key }.map { ($0.key, .list($0.value)) })),
            "trials": .list(trials.map(\.recorded)), "sampling": sampling.recorded,
        ]
    }

    /// Reads what ``recorded`` gives; nil for anything else.
    init?(recorded: Value) {
        guard let pools = recorded["pools"]?.object, let trials = recorded["trials"]?.list,
            let sampling = recorded["sampling"].flatMap(BayesianMemory.init)
        else { return nil }
        for (name, pool) in pools {
            guard let options = pool.list else { return nil }
            self.pools[name] = options
        }
        for trial in trials {
            guard let trial = JointTrial(recorded: trial) else { return nil }
            self.trials.append(trial)
        }
        self.sampling = sampling
    }
}

/// Values that were tried on train examples, with their scores by example.
struct JointTrial: Sendable, Hashable {
    var values: [String: Value]
    /// Nil for an example without a score.
    var scores: [String: Double?] = [:]

    init(values: [String: Value]) { self.values = values }

    var recorded: Value {
        [
            "values": .object(Fields(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
            "scores": .object(
                Fields(scores.sorted { $0.key < $1.key }.map { ($0.key, $0.value.map(Value.number) ?? .null) })),
        ]
    }

    init?(recorded: Value) {
        guard let values = recorded["values"]?.object, let scores = recorded["scores"]?.object else { return nil }
        self.init(values: Dictionary(values.map { ($0.0, $0.1) }, uniquingKeysWith: { _, last in last }))
        for (example, score) in scores { self.scores[example] = .some(score.number) }
    }
}
