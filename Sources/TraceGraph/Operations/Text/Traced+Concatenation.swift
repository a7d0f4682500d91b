/// Texts are put together from traced texts, texts that stand in the program, and those with traced values in them:
/// `log + "\(score); "`.
extension Traced where Content == String {
    /// Records `concatenate`.
    @inlinable
    public static func + (left: Traced<String>, right: Traced<String>) -> Traced<String> {
        traced("concatenate", left.as("left"), right.as("right"), documentation: "Left, then right.") { $0 + $1 }
    }

    /// Records `concatenate`; the variable holds the new node afterwards.
    @inlinable
    public static func += (whole: inout Traced<String>, part: Traced<String>) { whole = whole + part }
}

/// Were a plain text allowed here, Swift would take every text that stands in the program for a plain one, and a traced
/// value interpolated into it would lose its origin.
extension Traced where Content == String {
    @available(*, unavailable, message: "interpolate the plain text, \"\\(left)\\(right)\", or make it a .constant")
    public static func + (left: Traced<String>, right: String) -> Traced<String> { left + .constant(right) }
    @available(*, unavailable, message: "interpolate the plain text, \"\\(left)\\(right)\", or make it a .constant")
    public static func + (left: String, right: Traced<String>) -> Traced<String> { .constant(left) + right }
    @available(*, unavailable, message: "interpolate the plain text, \"\\(part)\", or make it a .constant")
    public static func += (whole: inout Traced<String>, part: String) { whole = whole + .constant(part) }
}
