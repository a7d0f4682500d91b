import ArgumentParser

/// What numbers an option takes.
enum Bounds {
    /// - Throws: `ValidationError` when `number` lies outside `range`, or is none.
    static func check<Number: Comparable>(_ number: Number?, _ option: String, _ range: ClosedRange<Number>) throws {
        guard let number, !range.contains(number) else { return }
        throw ValidationError(
            "\(option) takes \(kind(of: number)) from \(range.lowerBound) to \(range.upperBound), not \(number)")
    }

    /// - Throws: `ValidationError` when `number` lies below `range`, or is none.
    static func check<Number: Comparable>(
        _ number: Number?, _ option: String, _ range: PartialRangeFrom<Number>
    ) throws {
        guard let number, !range.contains(number) else { return }
        throw ValidationError("\(option) takes \(kind(of: number)), \(range.lowerBound) at the least, not \(number)")
    }

    private static func kind<Number>(of number: Number) -> String { number is Int ? "a whole number" : "a number" }
}
