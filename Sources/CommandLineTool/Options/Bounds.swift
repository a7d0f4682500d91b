import ArgumentParser

/// What numbers an option takes.
enum Bounds {
    /// - Throws: `ValidationError` when `number` lies outside `range`, or is none.
    static func check<Number: Comparable>(_ number: Number?, _ option: String, _ range: ClosedRange<Number>) throws {
        guard let number, !range.contains(number) else { return }
        let kind = Number.self == Int.self ? "a whole number" : "a number"
        throw ValidationError("\(option) takes \(kind) from \(range.lowerBound) to \(range.upperBound), not \(number)")
    }
}
