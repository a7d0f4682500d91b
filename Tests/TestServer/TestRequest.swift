/// A request as it reached the server.
public struct TestRequest: Sendable {
    public var method: String
    /// Path and query.
    public var target: String
    /// In the order they came.
    public var fields: [(name: String, value: String)]
    public var body: [UInt8]
    /// Which connection it came over, counted from 0.
    public var connection: Int
    /// When its head had come.
    public var arrival = ContinuousClock.now

    /// The value of the header field `name`, whatever its case; nil when it is missing.
    public subscript(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
