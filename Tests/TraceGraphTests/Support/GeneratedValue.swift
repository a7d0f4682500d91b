import TraceGraph

extension Value {
    /// Any value, nested at most `depth` deep, with the awkward ones well represented.
    static func generated(depth: Int = 4, using random: inout TestRandom) -> Value {
        let texts = [
            "", "a", "\"", "\\", "\n\r\t\u{0}\u{1F}", "é", "👩‍👩‍👧‍👦", "\u{2028}", "</reasoning>", "{\"a\":1}", "$bytes",
            "e\u{301}",
        ]
        switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &random) {
        case 0: return .null
        case 1: return .flag(Bool.random(using: &random))
        case 2: return .integer([0, -1, 1, Int.max, Int.min].randomElement(using: &random) ?? 0)
        case 3: return .integer(Int.random(in: -1_000_000...1_000_000, using: &random))
        case 4:
            return .number(
                [0, -0.0, 0.1, 1e300, -1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 3].randomElement(
                    using: &random) ?? 0)
        case 5: return .text(texts.randomElement(using: &random) ?? "")
        case 6:
            return .bytes(
                (0..<Int.random(in: 0..<7, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        case 7: return .opaque(texts.randomElement(using: &random) ?? "")
        case 8:
            return .list(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in .generated(depth: depth - 1, using: &random) })
        default:
            let count = [0, 1, 2, 3, 20].randomElement(using: &random) ?? 0
            return .object(
                Fields(
                    (0..<count).map { _ in
                        (
                            (texts.randomElement(using: &random) ?? "")
                                + String(Int.random(in: 0..<30, using: &random)),
                            Value.generated(depth: depth - 1, using: &random)
                        )
                    }))
        }
    }
}
