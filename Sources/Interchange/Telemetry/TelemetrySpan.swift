import ContentHash
import TraceGraph

/// A span of OpenTelemetry, before it is written as JSON or protobuf.
struct TelemetrySpan {
    /// The kinds of span used here, by their numbers.
    enum Kind: Int {
        case `internal` = 1
        case client = 3
    }

    struct Event {
        var time: UInt64
        var name: String
        var attributes: Fields
    }

    struct Link {
        var span: [UInt8]
        var attributes: Fields
    }

    /// 16 bytes.
    var trace: [UInt8]
    /// 8 bytes.
    var id: [UInt8]
    /// Empty for the root.
    var parent: [UInt8]
    var name: String
    var kind: Kind
    /// Nanoseconds since 1970.
    var start: UInt64
    var end: UInt64
    var attributes: Fields
    var events: [Event] = []
    var links: [Link] = []
    /// What went wrong; nil when nothing did.
    var failure: String?

    /// Bytes that are the same for the same name, never all zero.
    static func identifier(_ name: String, bytes count: Int) -> [UInt8] {
        let bytes = Array(ContentHash(of: name).bytes.prefix(count))
        return bytes.contains { $0 != 0 } ? bytes : Array(repeating: 1, count: count)
    }
}
