/// What an operation is called, where it stands and what its results are called.
@usableFromInline
struct OperationName: Sendable {
    let name: String
    let documentation: String
    /// Where it stands: a file when there is a line, else all that is known.
    let location: String
    /// 0 for none.
    let line: Int
    /// What the results are called; nil for the name of the operation.
    let base: String?

    @usableFromInline
    init(_ name: String, documentation: String = "", location: String = "", line: Int = 0, base: String? = nil) {
        self.name = name
        self.documentation = documentation
        self.location = location
        self.line = line
        self.base = base
    }
}
