import ArgumentParser
import Evaluation

/// What an example of the winner may take at the most.
struct CeilingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Promote nothing that is not shown to stay below this on average: calls, tokens, cost (US dollars) or latency \
            (seconds) of an example, or a metric. May be repeated; takes the place of gate.ceilings of the same name.
            """, valueName: "name=limit"))
    var ceiling: [String] = []

    func validate() throws {
        for text in ceiling where Self.parsed(text) == nil {
            throw ValidationError("--ceiling takes a name and the most it may be, such as cost=0.002, not '\(text)'")
        }
    }

    /// As `name=limit` with the limit as a number is written.
    var arguments: [String] { ceiling.compactMap(Self.parsed).map { "\($0.name)=\($0.limit)" } }

    /// `base` with the limits given here in place of its own.
    ///
    /// - Parameter metrics: What may be limited besides ``Gate/resources``.
    /// - Throws: ``CommandError`` naming what cannot be limited.
    func applied(to base: [CostCeiling], metrics: [String]) throws -> [CostCeiling] {
        var ceilings = base
        for (name, limit) in ceiling.compactMap(Self.parsed) {
            let known = Gate.resources + metrics
            guard known.contains(name) else {
                throw CommandError(
                    "--ceiling: there is no '\(name)' to limit; expected one of \(known.joined(separator: ", "))",
                    code: .usage)
            }
            if let place = ceilings.firstIndex(where: { $0.metric == name }) {
                ceilings[place].limit = limit
            } else {
                ceilings.append(CostCeiling(name, limit: limit))
            }
        }
        return ceilings
    }

    private static func parsed(_ text: String) -> (name: String, limit: Double)? {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let limit = Double(parts[1]), limit.isFinite else { return nil }
        return (parts[0], limit)
    }
}
