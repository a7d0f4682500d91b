import Interchange
import TraceGraph

/// A trace on a time axis: a bar for each operation below the composite operation it is part of, and one for each of its
/// model calls below it.
struct Waterfall {
    let trace: Trace
    let terminal: Terminal
    /// Whether all rows are shown, instead of those that take the most time.
    var showsEverything = false

    private static let mostRows = 60

    /// A bar in its place in the tree.
    private struct Row {
        var bar: LaneSchedule.Bar
        var depth: Int
    }

    func shown() -> String {
        let schedule = LaneSchedule(trace)
        guard !schedule.bars.isEmpty else { return "nothing took any time: the trace has no operations" }
        let whole = max(1, trace.duration, schedule.bars.map { $0.start + $0.duration }.max() ?? 1)
        let names = min(30, max(12, terminal.width * 3 / 8))
        let width = max(8, terminal.width - names - 12)
        let rows = chosen(inTreeOrder(schedule.bars))
        let end = Figures.time(nanoseconds: whole)
        var lines = [
            terminal.paint(
                "operation".padded(names) + " 0" + end.aligned(max(1, width - 1)), .faint)
        ]
        lines += rows.map { line($0, names, width, whole) }
        let left = schedule.bars.count - rows.count
        if left > 0 {
            lines.append(terminal.paint("… \(Figures.count(left, "shorter row")); --full shows all", .faint))
        }
        if schedule.laneCount > 1 {
            lines.append(terminal.paint("\(schedule.laneCount) branches ran at once at the most", .faint))
        }
        return lines.joined(separator: "\n")
    }

    /// Every operation, its calls, then what it is made of, each by start.
    private func inTreeOrder(_ bars: [LaneSchedule.Bar]) -> [Row] {
        let results = trace.resultsOfScopes
        var inner: [NodeID: [LaneSchedule.Bar]] = [:]
        var calls: [NodeID: [LaneSchedule.Bar]] = [:]
        var outermost: [LaneSchedule.Bar] = []
        for bar in bars {
            if bar.call != nil {
                calls[bar.node, default: []].append(bar)
            } else if let outer = trace[bar.node].scope.flatMap({ results[$0] }), outer != bar.node {
                inner[outer, default: []].append(bar)
            } else {
                outermost.append(bar)
            }
        }
        var rows: [Row] = []
        var waiting = outermost.reversed().map { Row(bar: $0, depth: 0) }
        while let row = waiting.popLast() {
            rows.append(row)
            guard row.bar.call == nil else { continue }
            let below = (calls[row.bar.node] ?? []) + (inner[row.bar.node] ?? [])
            waiting += below.reversed().map { Row(bar: $0, depth: row.depth + 1) }
        }
        return rows
    }

    /// The slowest, with what they are part of.
    private func chosen(_ rows: [Row]) -> [Row] {
        guard !showsEverything, rows.count > Self.mostRows else { return rows }
        let kept = Set(rows.indices.sorted { rows[$0].bar.duration > rows[$1].bar.duration }.prefix(Self.mostRows))
        return rows.indices.filter(kept.contains).map { rows[$0] }
    }

    private func line(_ row: Row, _ names: Int, _ width: Int, _ whole: Int64) -> String {
        let bar = row.bar
        let node = trace[bar.node]
        let mark = bar.call != nil ? "↳" : node.kind == .failure ? "✗" : " "
        let name = String(repeating: " ", count: min(8, row.depth)) + mark + (bar.call?.model ?? node.name)
        let scale = Double(width) / Double(whole)
        let start = min(width - 1, Int(Double(bar.start) * scale))
        let length = max(1, min(width - start, Int((Double(bar.duration) * scale).rounded(.up))))
        let isCached = bar.call?.wasCached ?? false
        let sign = bar.call == nil ? "█" : isCached ? "░" : "▒"
        let drawn = String(repeating: " ", count: start) + String(repeating: sign, count: length)
        let colour: Terminal.Colour = node.kind == .failure ? .red : bar.call != nil ? .cyan : .green
        return name.oneLine(names).padded(names) + " " + terminal.paint(drawn, colour)
            + String(repeating: " ", count: width - start - length)
            + (isCached ? "cached" : Figures.time(nanoseconds: bar.duration)).aligned(10)
    }
}
