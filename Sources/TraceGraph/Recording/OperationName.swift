/// What an operation is called, where it stands and what its results are called.
@usableFromInline
struct OperationName: Sendable {
    let name: String
    let documentation: String
    let location: String
    /// What the results are called; nil for the name of the operation.
    let base: String?

    @usableFromInline
    init(_ name: String, documentation: String = "", location: String = "", base: String? = nil) {
        self.name = name
        self.documentation = documentation
        self.location = location
        self.base = base
    }
}
