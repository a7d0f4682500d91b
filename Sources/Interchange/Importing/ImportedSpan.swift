import TraceGraph

/// A span as a collector would take it, from either encoding of OTLP.
struct ImportedSpan: Sendable {
    struct Link: Sendable {
        var span: String
        var attributes: Fields
    }

    struct Event: Sendable {
        var name: String
        var attributes: Fields
    }

    /// In hex.
    var trace: String
    var id: String
    /// Empty for a root.
    var parent: String
    var name: String
    /// Nanoseconds since 1970.
    var start: UInt64
    var end: UInt64
    /// Those of the span before those of the resource it comes from.
    var attributes: Fields
    var events: [Event] = []
    var links: [Link] = []
    /// The status' message, or that of an exception; nil when the span did not fail.
    var failure: String?
    /// Of the resource: `service.name`.
    var service: String

    /// The exception's type, where an event says it.
    var failureType: String? {
        events.first { $0.name == "exception" }?.attributes["exception.type"]?.text
    }

    /// The first of `names` that the span has.
    func attribute(_ names: String...) -> Value? {
        for name in names {
            if let value = attributes[name], !value.isNull { return value }
        }
        return nil
    }
}
