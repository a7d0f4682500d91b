public import Evaluation
import TraceGraph

extension CreditAssignment {
    /// What bad executions gain when a node has the value that it had in a good execution of the same example.
    ///
    /// The effect of a node v is E[score | do(v := good)] − score(bad). Everything behind a faulty node has the same effect
    /// as that node; its own part is what remains when the nodes it reads are given their good values instead:
    /// E[score | do(v := good)] − E[score | do(nodes v reads := good)]. Parameters whose values differ are tested like
    /// nodes: the bad execution runs with the good one's value.
    ///
    /// - Parameters:
    ///   - good: Evaluations of the better candidate, or better repeats of the same.
    ///   - bad: Evaluations of the worse; only examples on which their score is lower than the good one's are used.
    /// - Returns: The most at fault first: by own part, then by effect, then in the order of execution. Parameters come with
    ///   their effect alone, after the nodes of as much.
    /// - Throws: ``ModelError`` when it ends the run for another reason than the budget; `CancellationError`.
    /// - Complexity: Two executions from the middle for each pair and node whose value differs.
    public func interchange(from good: [Evaluation], into bad: [Evaluation]) async throws -> [CreditFinding] {
        var table = InterchangeTable()
        for (bad, good) in Self.pairs(good, bad) {
            guard let low = bad.score else { continue }
            for (name, value) in changedParameters(good, bad) {
                table.meet(name, isParameter: true)
                guard let with = try await run([Rerun(of: bad, changing: [name: value])]) else {
                    table.exhausted(name)
                    continue
                }
                if let score = with.first?.score { table.add(name, effect: score - low, own: nil) }
            }
            let good = GoodValues(of: good.trace)
            for node in bad.trace.nodes where node.operation != nil && node.base != "output" {
                guard let value = good.value(of: node) else { continue }
                table.meet(node.base, isParameter: false)
                guard value != node.value || node.kind == .failure else {
                    table.add(node.base, effect: 0, own: 0)
                    continue
                }
                let inputs = good.inputs(of: node, in: bad.trace)
                var reruns = [Rerun(of: bad, with: Intervention(settings: [node.id: value]))]
                if !inputs.isEmpty { reruns.append(Rerun(of: bad, with: Intervention(settings: inputs))) }
                guard let outcomes = try await run(reruns) else {
                    table.exhausted(node.base)
                    continue
                }
                guard let score = outcomes[0].score else { continue }
                let explained = inputs.isEmpty ? low : outcomes[1].score ?? low
                table.add(node.base, effect: score - low, own: score - explained)
            }
        }
        return table.findings(confidence: confidence, resamples: resamples, random: random)
    }

    /// The bad evaluations with good ones of the same example, as far as those score higher.
    private static func pairs(_ good: [Evaluation], _ bad: [Evaluation]) -> [(bad: Evaluation, good: Evaluation)] {
        bad.compactMap { bad in
            let better = good.filter {
                $0.example.id == bad.example.id && ($0.score ?? -.infinity) > (bad.score ?? .infinity)
            }
            return better.max { ($0.score ?? -.infinity) < ($1.score ?? -.infinity) }.map { (bad, $0) }
        }
    }

    private func changedParameters(
        _ good: Evaluation, _ bad: Evaluation
    ) -> [(name: String, value: Value)] {
        changes(from: bad.trace.candidate, to: good.trace.candidate).compactMap { name in
            guard bad.trace.reads(name) else { return nil }
            return good.trace.parameterValue(name).map { (name, $0) }
        }
    }
}

/// The values of a good execution, by the names of its nodes.
private struct GoodValues {
    private var values: [String: Value] = [:]

    init(of trace: Trace) {
        for node in trace.nodes where node.kind == .operation { values[node.name] = node.value }
    }

    func value(of node: Node) -> Value? { values[node.name] }

    /// The good values of the operations that `node` reads, where they are other ones.
    func inputs(of node: Node, in trace: Trace) -> [NodeID: Value] {
        var settings: [NodeID: Value] = [:]
        for parent in node.parents where trace[parent].operation != nil {
            guard let value = value(of: trace[parent]), value != trace[parent].value else { continue }
            settings[parent] = value
        }
        return settings
    }
}

extension Trace {
    /// The value the execution read for the parameter `name`.
    fileprivate func parameterValue(_ name: String) -> Value? {
        parameters.first { self[$0].parameter?.name == name }.map { self[$0].value }
    }
}

/// Effects by node, in the order nodes were met.
private struct InterchangeTable {
    private struct Row {
        let name: String
        let place: Int
        let isParameter: Bool
        var effects: [Double] = []
        var own: [Double] = []
        var isExhausted = false
    }

    private var rows: [String: Row] = [:]

    mutating func meet(_ name: String, isParameter: Bool) {
        if rows[name] == nil { rows[name] = Row(name: name, place: rows.count, isParameter: isParameter) }
    }

    mutating func add(_ name: String, effect: Double, own: Double?) {
        rows[name]?.effects.append(effect)
        if let own { rows[name]?.own.append(own) }
    }

    mutating func exhausted(_ name: String) { rows[name]?.isExhausted = true }

    func findings(confidence: Double, resamples: Int, random: SeededGenerator) -> [CreditFinding] {
        let tested = rows.values.map { row -> (finding: CreditFinding, row: Row) in
            let finding =
                row.effects.isEmpty
                ? CreditFinding(
                    row.name,
                    untested: row.isExhausted
                        ? CreditAssignment.exhausted : "no execution has a score with it")
                : CreditFinding(
                    row.name, row.effects, own: row.isParameter ? nil : row.own, confidence: confidence,
                    resamples: resamples, random: random.stream(row.name))
            return (finding, row)
        }
        return tested.sorted { a, b in
            let first = (a.finding.own ?? a.finding.effect ?? -.infinity, a.finding.effect ?? -.infinity)
            let second = (b.finding.own ?? b.finding.effect ?? -.infinity, b.finding.effect ?? -.infinity)
            if first != second { return first > second }
            if a.row.isParameter != b.row.isParameter { return b.row.isParameter }
            return a.row.place < b.row.place
        }.map(\.finding)
    }
}
