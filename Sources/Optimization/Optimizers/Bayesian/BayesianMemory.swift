import Evaluation
import TraceGraph

/// What a Bayesian sampler knows besides the scores, kept between steps and over a restart.
struct BayesianMemory: Sendable, Hashable {
    private var design: SeededGenerator?
    private var designed = 0
    private var settings: [Double] = []

    init() {}

    init(_ sampler: BayesianSampler) {
        design = sampler.design
        designed = sampler.designed
        settings = sampler.settings
    }

    /// A sampler that goes on from here; `random` decides where a fresh one begins.
    func sampler(
        for definitions: [ParameterDefinition], _ options: BayesianOptions, random: SeededGenerator
    ) -> BayesianSampler {
        BayesianSampler(
            SearchSpace(definitions), options: options, design: design ?? random, designed: designed,
            settings: settings)
    }

    var recorded: Value {
        [
            "design": design.map { .text($0.state) } ?? .null, "designed": .integer(designed),
            "settings": .list(settings.map(Value.number)),
        ]
    }

    /// Reads what ``recorded`` gives; nil for anything else.
    init?(recorded: Value) {
        guard let state = recorded["design"], let designed = recorded["designed"]?.integer, designed >= 0,
            let settings = recorded["settings"]?.list
        else { return nil }
        if !state.isNull {
            guard let design = state.text.flatMap(SeededGenerator.init(state:)) else { return nil }
            self.design = design
        }
        self.designed = designed
        self.settings = settings.compactMap(\.number)
        guard self.settings.count == settings.count else { return nil }
    }
}
