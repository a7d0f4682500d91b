extension Gate {
    /// The level of the `look`-th run that is tested on the same hold-out, counted from 1; 0 once all of alpha is spent.
    ///
    /// Where nobody said how many runs there will be, the first has all of alpha, and all others together what an endless
    /// series leaves them, 39 % of it: however many follow, the chance that any promotes by luck stays below 1.4 alpha.
    ///
    /// - Complexity: O(look).
    public func level(ofLook look: Int) -> Double {
        guard look > 1 || looks != nil else { return alpha }
        let looks = looks ?? .endless
        var spending = AlphaSpending(alpha, looks)
        for _ in 1..<max(1, look) { _ = spending.next() }
        return spending.next()
    }

    /// What a run that is not the first to be tested on its hold-out has to be told; nil for the first.
    ///
    /// - Parameter earlier: The runs before it, by name.
    public func warning(after earlier: [String]) -> String? {
        guard !earlier.isEmpty else { return nil }
        let look = earlier.count + 1
        let names = earlier.prefix(3).joined(separator: ", ") + (earlier.count > 3 ? ", …" : "")
        let before =
            "\(earlier.count) earlier \(earlier.count == 1 ? "run was" : "runs were") tested on examples of this hold-out "
            + "(\(names))"
        switch looks {
        case .equal(let tests) where look > tests:
            return "\(before): alpha was to be spent on \(tests) and nothing is left, so nothing can be promoted; "
                + "take fresh examples"
        default:
            let level = (level(ofLook: look) * 1e5).rounded() / 1e5
            return "\(before): this one is held against \(level) of the alpha of \(FeedbackText.number(alpha))"
                + (looks == nil ? "; take fresh examples, or say with gate.looks how many runs there will be" : "")
        }
    }
}
