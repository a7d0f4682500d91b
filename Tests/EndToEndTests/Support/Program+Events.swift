import Testing
import TraceGraph

extension Program.Ending {
    /// The lines of `--json`, the seconds left out of the last: the one thing that a clock decides.
    func events() throws -> [Value] {
        var events = try lines.map { try Value(json: String($0)) }
        guard let last = events.popLast() else { return [] }
        return events + [last.withoutSeconds]
    }
}

extension Value {
    /// The last line of a run without what a clock decides.
    var withoutSeconds: Value {
        guard var fields = object, var spend = fields["spend"]?.object else { return self }
        spend["seconds"] = nil
        fields["spend"] = .object(spend)
        return .object(fields)
    }
}
