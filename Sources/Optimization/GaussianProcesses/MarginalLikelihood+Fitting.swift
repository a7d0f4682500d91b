import Evaluation

extension MarginalLikelihood {
    /// The settings with the least cost that searches from several places find: from the priors' middle, from
    /// `earlier`, and from `restarts` draws of the priors.
    func fit(from earlier: Settings? = nil, restarts: Int = 3, random: inout SeededGenerator) -> Settings {
        var starts = [start]
        if let earlier, earlier.lengthScales.count == areOptions.count { starts.append(earlier.logarithms) }
        for _ in 0..<restarts {
            starts.append(start.map { $0 + random.normal() })
        }
        let minimizer = BoxMinimizer(bounds, iterations: 60, tolerance: 1e-4)
        let found = starts.map { minimizer.minimum(of: cost, from: $0) }
        let best = found.min { $0.value < $1.value }
        return Settings(logarithms: best?.point ?? start)
    }
}
