import Interchange
import TraceGraph

/// A trace on a time axis: a bar for each operation, and one for each model call below it.
struct Waterfall {
    let trace: Trace
    let terminal: Terminal
    /// Whether all rows are shown, instead of those that take the most time.
    var showsEverything = false

    private static let mostRows = 60

    func shown() -> String {
        let schedule = LaneSchedule(trace)
        guard !schedule.bars.isEmpty else { return "nothing took any time: the trace has no operations" }
        let whole = max(1, trace.duration, schedule.bars.map { $0.start + $0.duration }.max() ?? 1)
        let names = min(30, max(12, terminal.width * 3 / 8))
        let width = max(8, terminal.width - names - 12)
        let rows = chosen(schedule.bars)
        var lines = [
            terminal.paint(
                "operation".padded(names) + " 0" + String(repeating: " ", count: max(1, width - 10))
                    + Figures.time(nanoseconds: whole).aligned(9), .faint)
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

    /// The slowest, in the order they started.
    private func chosen(_ bars: [LaneSchedule.Bar]) -> [LaneSchedule.Bar] {
        guard !showsEverything, bars.count > Self.mostRows else { return bars }
        let kept = Set(bars.indices.sorted { bars[$0].duration > bars[$1].duration }.prefix(Self.mostRows))
        return bars.indices.filter(kept.contains).map { bars[$0] }
    }

    private func line(_ bar: LaneSchedule.Bar, _ names: Int, _ width: Int, _ whole: Int64) -> String {
        let node = trace[bar.node]
        let mark = bar.call != nil ? "↳" : node.kind == .failure ? "✗" : " "
        let name = String(repeating: " ", count: min(8, bar.depth)) + mark + (bar.call?.model ?? node.name)
        let scale = Double(width) / Double(whole)
        let start = min(width - 1, Int(Double(bar.start) * scale))
        let length = max(1, min(width - start, Int((Double(bar.duration) * scale).rounded(.up))))
        let sign = bar.call.map { $0.wasCached ? "░" : "▒" } ?? "█"
        let drawn = String(repeating: " ", count: start) + String(repeating: sign, count: length)
        let colour: Terminal.Colour = node.kind == .failure ? .red : bar.call != nil ? .cyan : .green
        return name.oneLine(names).padded(names) + " " + terminal.paint(drawn, colour)
            + String(repeating: " ", count: width - start - length)
            + Figures.time(nanoseconds: bar.duration).aligned(10)
    }
}
