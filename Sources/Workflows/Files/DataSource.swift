/// What `data` says: where the examples are and what their fields mean.
public struct DataSource: Sendable, Hashable {
    /// The path of the file, JSONL or CSV.
    public var file: String
    /// The name of an input or of something expected, and the field of the file it is read from.
    public var map: [MappedField]
    /// The field that holds the examples' ids; nil for `id`, or numbers where there is none.
    public var id: String?
    public var split: SplitSettings?
    public var location: FileLocation
}

/// One entry of `map`.
public struct MappedField: Sendable, Hashable {
    public var name: String
    public var field: String

    public init(_ name: String, field: String) {
        self.name = name
        self.field = field
    }
}

/// What `split` says.
public struct SplitSettings: Sendable, Hashable {
    /// Shares of the examples; together 1.
    public var train: Double
    public var validation: Double
    public var holdout: Double
    public var seed: Int
}
