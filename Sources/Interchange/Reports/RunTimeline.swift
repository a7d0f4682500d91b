import TraceGraph

/// When each step of a run went on and what it took: a bar a step on the clock of the run, or on its calls where the
/// clock was not kept.
public struct RunTimeline: Sendable {
    /// One step.
    public struct Row: Sendable {
        /// `baseline`, `step 3`, `hold-out`.
        public var title: String
        /// In the axis' unit.
        public var extent: ClosedRange<Double>
        /// What came of it and what it took.
        public var note: String
    }

    public let rows: [Row]
    /// Whether the axis is seconds; calls otherwise.
    public let isOnClock: Bool

    public init(_ run: RecordedRun) {
        let isOnClock = !run.steps.isEmpty && run.steps.allSatisfy { $0.seconds != nil }
        self.isOnClock = isOnClock
        var calls = 0
        let last = run.verdict == nil ? nil : run.steps.last?.number
        rows = run.steps.map { step in
            let before = Double(calls)
            calls += step.spend.calls
            var note = step.seconds.map { Amounts.time(nanoseconds: Self.nanoseconds($0)) + ", " } ?? ""
            note += Amounts.count(step.spend.calls, "call")
            if let cost = step.spend.cost, cost > 0 { note += ", \(Amounts.dollars(cost))" }
            let accepted = run.trials.filter { $0.step == step.number && $0.fate == "accepted" }
            if !accepted.isEmpty {
                note += ", \(accepted.map(\.candidate.id.description).joined(separator: ", ")) accepted"
            }
            let isGate = step.number == last && step.number > 0 && !run.trials.contains { $0.step == step.number }
            return Row(
                title: step.number == 0 ? "baseline" : isGate ? "hold-out" : "step \(step.number)",
                extent: isOnClock ? step.seconds ?? 0...0 : before...Double(calls), note: note)
        }
    }

    private static func nanoseconds(_ seconds: ClosedRange<Double>) -> Int64 {
        Int64(min(seconds.upperBound - seconds.lowerBound, 1e9) * 1e9)
    }

    /// The chart as one `<svg>` element in the colours of the page around it.
    public var svg: String {
        guard let end = rows.map(\.extent.upperBound).max() else { return "<p class=\"facts\">no step is done yet</p>" }
        let (left, width, row) = (76.0, 400.0, 20.0)
        let height = Double(rows.count) * row + 26
        let scale = width / max(end, 1e-9)
        func n(_ number: Double) -> String { GraphDrawing.number(number) }
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph timeline\" role=\"img\" width=\"720\" "
                + "height=\"\(n(height))\" viewBox=\"0 0 720 \(n(height))\"><title>steps over time</title>"
        ]
        for (index, item) in rows.enumerated() {
            let y = Double(index) * row
            let start = left + item.extent.lowerBound * scale
            let length = max(1.5, (item.extent.upperBound - item.extent.lowerBound) * scale)
            parts.append(
                "<g class=\"vertex parameter\"><title>\(item.title): \(item.note.escapedForXML)</title>"
                    + "<text class=\"caption\" x=\"\(n(left - 8))\" y=\"\(n(y + 14))\" text-anchor=\"end\">\(item.title)</text>"
                    + "<rect class=\"outline\" x=\"\(n(start))\" y=\"\(n(y + 4))\" width=\"\(n(length))\" height=\"12\"/>"
                    + "<text class=\"caption\" x=\"\(n(left + width + 10))\" y=\"\(n(y + 14))\">\(item.note.escapedForXML)</text></g>"
            )
        }
        let y = Double(rows.count) * row + 4
        let whole = isOnClock ? Amounts.time(nanoseconds: Int64(min(end, 1e9) * 1e9)) : "\(Int(end)) calls"
        parts.append(
            "<g class=\"grid\"><path d=\"M\(n(left)) \(n(y))h\(n(width))\"/></g>"
                + "<text class=\"caption\" x=\"\(n(left))\" y=\"\(n(y + 16))\">0</text>"
                + "<text class=\"caption\" x=\"\(n(left + width))\" y=\"\(n(y + 16))\" text-anchor=\"end\">\(whole)</text></svg>"
        )
        return parts.joined(separator: "\n")
    }
}
