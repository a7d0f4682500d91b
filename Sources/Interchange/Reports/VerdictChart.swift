public import Evaluation

extension Verdict {
    /// The difference with its interval on an axis that shows where "no difference" is, as one `<svg>` element in the
    /// colours of the page around it; nil where nothing was compared.
    public var chart: String? {
        guard let interval, interval.lower.isFinite, interval.upper.isFinite, difference.isFinite else { return nil }
        let low = min(interval.lower, 0, difference), high = max(interval.upper, 0, difference)
        let margin = max((high - low) * 0.12, 1e-6)
        let (left, width) = (12.0, 376.0)
        func x(_ value: Double) -> Double { left + (value - low + margin) / (high - low + 2 * margin) * width }
        func n(_ number: Double) -> String { GraphDrawing.number(number) }
        let told = "difference \(Amounts.signed(difference)), interval \(Amounts.signed(interval.lower)) to "
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="graph interval" role="img" width="400" height="52" \
            viewBox="0 0 400 52"><title>\(told)\(Amounts.signed(interval.upper))</title>
            <g class="grid"><path d="M\(n(left)) 22h\(n(width))"/></g>
            <g class="edge"><path d="M\(n(x(0))) 6V34"/></g>
            <text class="caption" x="\(n(x(0)))" y="48" text-anchor="middle">no difference</text>
            <g class="edge many"><path d="M\(n(x(interval.lower))) 22H\(n(x(interval.upper)))\
            M\(n(x(interval.lower))) 17v10M\(n(x(interval.upper))) 17v10"/></g>
            <g class="vertex \(decision == .promote ? "accepted" : "value")"><rect class="outline" \
            x="\(n(x(difference) - 5))" y="17" width="10" height="10"/></g>
            </svg>
            """
    }
}
