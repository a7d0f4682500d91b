public import HTTPTypes

/// One HTTP request, with the limits its transfer has to keep.
public struct TransportRequest: Sendable, Hashable {
    /// What is to be done.
    public var method: HTTPRequest.Method
    /// Whom to ask.
    public var address: ServerAddress
    /// The headers.
    public var fields: HTTPFields
    /// Sent as it is; empty for none.
    public var body: [UInt8]
    /// How long it may take.
    public var timeouts: TransferTimeouts
    /// The largest body of an answer that is accepted, bytes after decompression. Default 32 MiB.
    public var maximumBodySize: Int

    public init(
        _ method: HTTPRequest.Method = .get, _ address: ServerAddress, fields: HTTPFields = [:], body: [UInt8] = [],
        timeouts: TransferTimeouts = TransferTimeouts(), maximumBodySize: Int = 32 << 20
    ) {
        self.method = method
        self.address = address
        self.fields = fields
        self.body = body
        self.timeouts = timeouts
        self.maximumBodySize = maximumBodySize
    }
}

extension HTTPFields {
    /// Adds a field whose name has no constant of its own.
    mutating func add(_ name: StaticString, _ value: String) {
        guard let name = HTTPField.Name("\(name)") else { return assertionFailure("\(name) names no field") }
        append(HTTPField(name: name, value: value))
    }
}
