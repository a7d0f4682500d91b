import Optimization
import TraceGraph
import TraceStore

/// An event as a line of JSON.
struct EventLine {
    private let event: RunEvent

    init(_ event: RunEvent) { self.event = event }

    var json: String {
        var fields: Fields = ["schema": "optrace.event.v1", "event": .text(event.kind)]
        for (name, value) in event.content { fields[name] = value }
        return Value.object(fields).json
    }
}
