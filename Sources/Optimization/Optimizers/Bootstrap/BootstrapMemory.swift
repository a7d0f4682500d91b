import Foundation
import TraceGraph

/// What Bootstrap keeps between steps.
struct BootstrapMemory: Sendable, Hashable {
    /// An example that can be shown, and how sets with it scored.
    struct Found: Sendable, Hashable {
        /// The parameter that can show it.
        var parameter: String
        var demonstration: Value
        /// Whether a run was right about it.
        var isBootstrapped: Bool
        var trials = 0
        var total = 0.0
    }

    private(set) var found: [Found] = []
    /// How many train examples were run.
    var place = 0

    init() {}

    mutating func find(_ demonstration: Value, for parameter: String, isBootstrapped: Bool) {
        if let place = place(of: demonstration, for: parameter) {
            found[place].isBootstrapped = found[place].isBootstrapped || isBootstrapped
        } else {
            found.append(Found(parameter: parameter, demonstration: demonstration, isBootstrapped: isBootstrapped))
        }
    }

    private func place(of demonstration: Value, for parameter: String) -> Int? {
        found.firstIndex { $0.parameter == parameter && $0.demonstration == demonstration }
    }

    mutating func note(_ demonstration: Value, for parameter: String, score: Double) {
        guard let place = place(of: demonstration, for: parameter) else { return }
        found[place].trials += 1
        found[place].total += score
    }

    /// Twice as much for those a run was right about; e-fold for each tenth that sets with it are above all sets.
    func weight(_ item: Found) -> Double {
        let trials = found.reduce(0) { $0 + $1.trials }
        let mean = trials == 0 ? 0 : found.reduce(0) { $0 + $1.total } / Double(trials)
        // Two sets of average worth stand for what is not known yet.
        let own = (item.total + 2 * mean) / Double(item.trials + 2)
        return (item.isBootstrapped ? 2 : 1) * exp(max(-5, min(5, 10 * (own - mean))))
    }

    // MARK: Restarts

    var recorded: Value {
        [
            "place": .integer(place),
            "found": .list(
                found.map {
                    [
                        "parameter": .text($0.parameter), "demonstration": $0.demonstration,
                        "is_bootstrapped": .flag($0.isBootstrapped),
                        "trials": .integer($0.trials), "total": .number($0.total),
                    ]
                }),
        ]
    }

    init?(_ recorded: Value) {
        guard let place = recorded["place"]?.integer, let found = recorded["found"]?.list else { return nil }
        self.place = place
        for item in found {
            guard let parameter = item["parameter"]?.text, let demonstration = item["demonstration"],
                let isBootstrapped = item["is_bootstrapped"]?.flag,
                let trials = item["trials"]?.integer, let total = item["total"]?.number
            else { return nil }
            self.found.append(
                Found(
                    parameter: parameter, demonstration: demonstration, isBootstrapped: isBootstrapped, trials: trials,
                    total: total))
        }
    }
}
