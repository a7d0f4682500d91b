import Evaluation
public import TraceGraph

/// How a run went: the validation score of each candidate by step, accepted and rejected told apart, with the best so
/// far and what the hold-out said.
public struct HistoryChart: Sendable {
    /// One candidate on the validation split.
    public struct Point: Sendable {
        public var candidate: Candidate.ID
        public var step: Int
        public var score: Double
        /// Half the width of the 95 % interval of its mean; nil when there are too few scores.
        public var halfWidth: Double?
        /// `seed`, `accepted`, `kept`, `rejected` or `undecided`.
        public var fate: String
    }

    public let points: [Point]
    /// The scores of incumbent and winner on the hold-out.
    public let holdout: [(candidate: Candidate.ID, score: Double)]

    public init(_ run: RecordedRun) {
        let validation = Dictionary(grouping: run.results.filter { $0.split == "validation" }, by: \.candidate)
        points = run.trials.compactMap { trial in
            guard let score = trial.scores["validation"] else { return nil }
            var sheet = ScoreSheet()
            for result in validation[trial.candidate.id] ?? [] { sheet.add(result.score, for: result.example.id) }
            let interval = sheet.interval(confidence: 0.95)
            return Point(
                candidate: trial.candidate.id, step: trial.step ?? 0, score: score,
                halfWidth: interval.map { ($0.upper - $0.lower) / 2 },
                fate: trial.fate ?? (trial.candidate.id == .seed ? "seed" : "undecided"))
        }
        holdout = run.trials.compactMap { trial in trial.scores["holdout"].map { (trial.candidate.id, $0) } }
    }

    /// The best validation score after each point, in the order candidates were made.
    public var best: [Double] {
        var best = -Double.infinity
        return points.map { point in
            if point.fate == "seed" || point.fate == "accepted" { best = max(best, point.score) }
            return best.isFinite ? best : point.score
        }
    }

    /// With more points than this, intervals and names of all would hide everything, and most of them are no more than a
    /// mark.
    private static let crowd = 150

    /// The chart as one `<svg>` element in the colours of the page around it.
    public var svg: String {
        let (width, height) = (720.0, 260.0)
        let (left, right, top, bottom) = (52.0, 90.0, 16.0, 34.0)
        // Of very many, those that were the best of their time tell the story; the others are marks without names.
        let (isCrowded, best) = (points.count > Self.crowd, best)
        let records = Set(points.indices.filter { $0 == 0 || best[$0] > best[$0 - 1] })
        let values =
            points.indices.flatMap { index -> [Double] in
                let (score, half) = (points[index].score, points[index].halfWidth ?? 0)
                return isCrowded && !records.contains(index) ? [score] : [score - half, score + half]
            } + holdout.map(\.score)
        guard var low = values.min(), var high = values.max() else { return "<p class=\"facts\">no scores yet</p>" }
        if high - low < 1e-9 { (low, high) = (low - 0.5, high + 0.5) }
        let steps = Double(max(1, points.map(\.step).max() ?? 1))
        // Candidates of one step stand side by side, or their intervals would hide one another.
        let siblings = Dictionary(grouping: points.indices, by: { points[$0].step })
        let most = Double(siblings.values.map(\.count).max() ?? 1)
        let apart = min(18, (width - left - right) / (steps + 1) / most * 0.8)
        let room = width - left - right - apart * (most - 1)
        func x(_ step: Double) -> Double { left + apart * (most - 1) / 2 + step / steps * room }
        var ranks = [Double](repeating: 0, count: points.count)
        for all in siblings.values {
            for (rank, index) in all.enumerated() { ranks[index] = Double(rank) - Double(all.count - 1) / 2 }
        }
        func place(_ index: Int) -> Double { x(Double(points[index].step)) + ranks[index] * apart }
        func y(_ score: Double) -> Double { top + (high - score) / (high - low) * (height - top - bottom) }
        func n(_ number: Double) -> String { GraphDrawing.number(number) }
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph history\" role=\"img\" viewBox=\"0 0 \(n(width)) \(n(height))\" "
                + "width=\"\(n(width))\" height=\"\(n(height))\"><title>validation score by step</title>"
        ]
        for mark in [low, (low + high) / 2, high] {
            parts.append(
                "<g class=\"grid\"><path d=\"M\(n(left)) \(n(y(mark)))H\(n(width - right))\"/></g><text class=\"caption\" "
                    + "x=\"\(n(left - 6))\" y=\"\(n(y(mark) + 4))\" text-anchor=\"end\">\(Amounts.decimal(mark, 2))</text>"
            )
        }
        let every = max(1, Int((steps / 12).rounded(.up)))
        for step in stride(from: 0, through: Int(steps), by: every) {
            parts.append(
                "<text class=\"caption\" x=\"\(n(x(Double(step))))\" y=\"\(n(height - 8))\" text-anchor=\"middle\">"
                    + "\(step == 0 ? "step 0" : "\(step)")</text>")
        }
        // The best so far, as stairs: it holds until something better is accepted.
        var path = ""
        for (index, best) in best.enumerated() {
            path += path.isEmpty ? "M\(n(place(index))) \(n(y(best)))" : "H\(n(place(index)))V\(n(y(best)))"
        }
        parts.append("<g class=\"edge many\"><path d=\"\(path)\"/></g>")
        if isCrowded {
            let others = points.indices.filter { !records.contains($0) }
            parts += Self.marks(others.map { (points[$0], n(place($0)), n(y(points[$0].score))) })
        }
        for (index, point) in points.enumerated() where !isCrowded || records.contains(index) {
            let isNamed = isCrowded || apart >= 14 || point.fate == "accepted"
            parts.append(Self.mark(point, place(index), y, n, isNamed: isNamed))
        }
        for (index, item) in holdout.enumerated() {
            parts.append(
                "<g class=\"holdout\"><title>hold-out of \(item.candidate): \(Amounts.decimal(item.score))</title>"
                    + "<g class=\"edge\"><path d=\"M\(n(width - right + 8)) \(n(y(item.score)))h12\"/></g>"
                    + "<text class=\"caption\" x=\"\(n(width - right + 24))\" y=\"\(n(y(item.score) + (index == 0 ? 10 : -2)))\">"
                    + "\(item.candidate) \(Amounts.decimal(item.score, 2))</text></g>")
        }
        parts.append(
            "<text class=\"caption\" x=\"\(n(width - right + 8))\" y=\"\(n(height - 8))\">hold-out</text></svg>")
        return parts.joined(separator: "\n")
    }

    /// Very many marks as one path a kind: what stands so close cannot be pointed at one by one.
    private static func marks(_ points: [(point: Point, x: String, y: String)]) -> [String] {
        let kinds = Dictionary(grouping: points) { item in
            switch item.point.fate {
            case "accepted", "seed": "m-3 -3h6v6h-6z"
            case "rejected": "m-3 -3l6 6m0 -6l-6 6"
            default: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"
            }
        }
        return kinds.sorted { $0.key < $1.key }.map { shape, items in
            let title = "\(items[0].point.fate): \(Amounts.count(items.count, "candidate"))"
            let path = items.map { "M\($0.x) \($0.y)\(shape)" }.joined()
            return "<g class=\"edge\"><title>\(title)</title><path d=\"\(path)\"/></g>"
        }
    }

    /// Accepted ones as filled boxes, rejected ones as crosses: not told by colour alone.
    private static func mark(
        _ point: Point, _ x: Double, _ y: (Double) -> Double, _ n: (Double) -> String, isNamed: Bool
    ) -> String {
        let middle = y(point.score)
        var text = "<g class=\"point \(point.fate)\" data-candidate=\"\(point.candidate)\"><title>\(point.candidate), "
        text += "\(point.fate): \(Amounts.decimal(point.score))"
        if let half = point.halfWidth {
            text +=
                " ± \(Amounts.decimal(half))</title><g class=\"edge\"><path d=\"M\(n(x)) \(n(y(point.score - half)))"
            text += "V\(n(y(point.score + half)))\"/></g>"
        } else {
            text += "</title>"
        }
        switch point.fate {
        case "rejected":
            text += "<g class=\"edge many\"><path d=\"M\(n(x - 4)) \(n(middle - 4))l8 8m0 -8l-8 8\"/></g>"
        case "accepted", "seed":
            text +=
                "<g class=\"vertex parameter\"><rect class=\"outline\" x=\"\(n(x - 4.5))\" y=\"\(n(middle - 4.5))\" width=\"9\" height=\"9\"/></g>"
        default:
            text +=
                "<g class=\"vertex value\"><rect class=\"outline\" x=\"\(n(x - 4.5))\" y=\"\(n(middle - 4.5))\" width=\"9\" height=\"9\" rx=\"4.5\"/></g>"
        }
        if isNamed {
            let top = y(point.score + (point.halfWidth ?? 0)) - 4
            text +=
                "<text class=\"caption\" x=\"\(n(x))\" y=\"\(n(max(10, top)))\" text-anchor=\"middle\">\(point.candidate)</text>"
        }
        return text + "</g>"
    }
}
