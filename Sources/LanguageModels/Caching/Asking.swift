/// Whether a task may ask models and run operations, or has to make do with what is kept.
///
/// A step that ran out of time in an earlier attempt at a run had got so far and no further: what it had by then is kept,
/// and the rest must not happen when the attempt is made again.
public enum Asking {
    /// False while a step is only run as far as it is kept.
    @TaskLocal public static var isAllowed = true

    /// To be called before anything is asked or run.
    ///
    /// - Throws: `CancellationError`, as what was under way met it, where asking is not allowed.
    public static func require() throws(CancellationError) {
        guard isAllowed else { throw CancellationError() }
    }
}
