import TraceGraph

/// One value of one run, or one thing said about it, as it may be shown.
struct Piece {
    let label: String
    private(set) var text: String
    /// Whether this was said about something, and is not a value.
    let isRemark: Bool
    let isFailure: Bool
    /// Whether something that failed reads it.
    private(set) var isReadByFailure = false
    private(set) var isCut = false
    private(set) var standsInline: Bool
    let longestQuotes: Int
    /// What the whole text costs, in quarters of a token.
    let size: Int
    /// What the label costs.
    private let labelSize: Int

    init(_ label: String, _ text: String, isRemark: Bool = false, isFailure: Bool = false) {
        self.label = label
        self.text = text
        self.isRemark = isRemark
        self.isFailure = isFailure
        let measure = TextMeasure(text)
        size = measure.quarters
        standsInline = measure.standsInline
        longestQuotes = measure.longestQuotes
        labelSize = TextTokens.quarters(of: label) + (isFailure ? " (failed)".utf8.count : 0)
    }

    init(_ entry: Problem.Entry) {
        self.init(entry.label, ValueText.text(of: entry.value), isFailure: entry.isFailure)
        isReadByFailure = entry.isReadByFailure
    }

    /// What it costs, with the end of its line, when its text is cut to `cap` quarters of a token.
    func cost(cutTo cap: Int = .max, _ writer: ValueText) -> Int {
        let frame = labelSize + writer.frame(isRemark: isRemark, isEmpty: size == 0, standsInline: standsInline)
        return size <= cap ? frame + size : frame + Self.cutNote + cap
    }

    /// No value is cut to less than ``ProblemPlan/shortest``, and each has a label, a sign and the end of its line.
    var least: Int { labelSize + 3 + min(size, ProblemPlan.shortest) }

    /// What the word `cut` behind the label costs at most.
    static let cutNote = " (cut)".utf8.count

    /// Cuts the text; returns how many characters are gone.
    mutating func cut(to cap: Int) -> Int {
        guard size > cap else { return 0 }
        let (text, leftOut) = ValueText.cut(text, to: cap, pointsAtLine: isFailure)
        guard leftOut > 0 else { return 0 }
        self.text = text
        isCut = true
        standsInline = TextMeasure(text).standsInline
        return leftOut
    }

    func line(_ writer: ValueText) -> String {
        let label: String
        switch (isFailure, isCut) {
        case (false, false): label = self.label
        case (true, false): label = "\(self.label) (failed)"
        case (false, true): label = "\(self.label) (cut)"
        case (true, true): label = "\(self.label) (failed, cut)"
        }
        return isRemark
            ? writer.remark(label, text, standsInline: standsInline)
            : writer.line(label, text, standsInline: standsInline)
    }
}
