import TraceGraph

/// When each step of a run went on and what it took: a bar a step on the clock of the run, or on its calls where the
/// clock was not kept. In a long run a bar is some steps that followed one another.
public struct RunTimeline: Sendable {
    /// One step, or some of a long run.
    public struct Row: Sendable {
        /// `baseline`, `step 3`, `21 – 40`, `hold-out`.
        public var title: String
        /// In the axis' unit.
        public var extent: ClosedRange<Double>
        /// What came of it and what it took.
        public var note: String
    }

    public let rows: [Row]
    /// Whether the axis is seconds; calls otherwise.
    public let isOnClock: Bool

    /// More steps than this are told some at a time.
    private static let mostRows = 120

    /// - Complexity: O(steps + candidates).
    public init(_ run: RecordedRun) {
        let isOnClock = !run.steps.isEmpty && run.steps.allSatisfy { $0.seconds != nil }
        self.isOnClock = isOnClock
        var calls = 0
        let made = Dictionary(grouping: run.trials.filter { $0.step != nil }, by: { $0.step ?? 0 })
        let last = run.verdict == nil ? nil : run.steps.last?.number
        let gate = last.flatMap { $0 > 0 && made[$0] == nil ? $0 : nil }
        rows = Self.parts(of: run.steps, gate: gate).map { steps in
            let (first, last) = (steps[steps.startIndex], steps[steps.endIndex - 1])
            let before = Double(calls)
            let spend = steps.reduce(Usage.none) { $0 + $1.spend }
            calls += spend.calls
            let seconds = first.seconds.flatMap { start in
                last.seconds.map { start.lowerBound...max(start.upperBound, $0.upperBound) }
            }
            var note = seconds.map { Amounts.time(nanoseconds: Self.nanoseconds($0)) + ", " } ?? ""
            note += Amounts.count(spend.calls, "call")
            if let cost = spend.cost, cost > 0 { note += ", \(Amounts.dollars(cost))" }
            let accepted = steps.flatMap { made[$0.number] ?? [] }.filter { $0.fate == "accepted" }
            if accepted.count > 3, steps.count > 1 {
                note += ", \(accepted.count) accepted"
            } else if !accepted.isEmpty {
                note += ", \(accepted.map(\.candidate.id.description).joined(separator: ", ")) accepted"
            }
            let title =
                steps.count > 1
                ? "\(first.number) – \(last.number)"
                : first.number == 0 ? "baseline" : first.number == gate ? "hold-out" : "step \(first.number)"
            return Row(title: title, extent: isOnClock ? seconds ?? 0...0 : before...Double(calls), note: note)
        }
    }

    /// The steps of each bar: baseline and gate have their own.
    private static func parts(of steps: [RecordedRun.Step], gate: Int?) -> [ArraySlice<RecordedRun.Step>] {
        let size = steps.count > mostRows ? (steps.count + mostRows - 1) / mostRows : 1
        var parts: [ArraySlice<RecordedRun.Step>] = []
        var start = steps.startIndex
        while start < steps.endIndex {
            var end = start + 1
            while size > 1, steps[start].number > 0, steps[start].number != gate,
                end < min(start + size, steps.endIndex),
                steps[end].number != gate
            {
                end += 1
            }
            parts.append(steps[start..<end])
            start = end
        }
        return parts
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
