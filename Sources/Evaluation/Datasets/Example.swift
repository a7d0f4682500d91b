public import TraceGraph

/// One row of a dataset: what a workflow is run on, and what is expected of it.
public struct Example: Sendable, Hashable, Identifiable {
    /// Unique within its dataset and the same whenever the file is read again, also after rows were appended.
    public var id: String
    /// By workflow name, after the mapping from columns.
    public var fields: Fields
    /// Where the row starts in its file, from 1; nil for examples that come from no file.
    public var line: Int?

    public init(id: String, fields: Fields, line: Int? = nil) {
        self.id = id
        self.fields = fields
        self.line = line
    }

    /// The field `name`, if the example has it.
    public subscript(_ name: String) -> Value? { fields[name] }
}

extension Example: Codable {
    private enum CodingKeys: CodingKey {
        case id, fields, line
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let value = try container.decode(Value.self, forKey: .fields)
        guard let fields = value.object else {
            throw DecodingError.dataCorruptedError(
                forKey: .fields, in: container, debugDescription: "expected an object, got \(value.kindName)")
        }
        self.init(
            id: try container.decode(String.self, forKey: .id), fields: fields,
            line: try container.decodeIfPresent(Int.self, forKey: .line))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(Value.object(fields), forKey: .fields)
        try container.encodeIfPresent(line, forKey: .line)
    }
}
