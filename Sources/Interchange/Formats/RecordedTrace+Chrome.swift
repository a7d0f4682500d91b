public import TraceGraph

extension RecordedTrace {
    /// The trace in Chrome's trace event format, which Perfetto opens: one lane a concurrent branch, operations with
    /// their inputs and the beginning of their values, model calls inside the operation that made them.
    public var chromeTrace: Value {
        let schedule = LaneSchedule(trace)
        var events: [Value] = [
            Self.named("process_name", "\(title)", lane: 0)
        ]
        for lane in 0..<schedule.laneCount {
            events.append(Self.named("thread_name", lane == 0 ? "main" : "branch \(lane)", lane: lane))
        }
        for bar in schedule.bars {
            let node = trace[bar.node]
            var arguments: Fields = ["node": .text(node.name), "kind": .text(node.kind.name)]
            if let call = bar.call {
                arguments["model"] = .text(call.model)
                arguments["prompt_tokens"] = .integer(call.usage.promptTokens)
                arguments["completion_tokens"] = .integer(call.usage.completionTokens)
                arguments["cost"] = call.usage.cost.map(Value.number) ?? .null
                arguments["cached"] = .flag(call.wasCached)
            } else {
                for input in node.inputs {
                    arguments["in.\(input.name)"] = .text(Amounts.text(of: trace[input.node].value).onOneLine(200))
                }
                arguments["value"] = .text(Amounts.text(of: node.value).onOneLine(500))
            }
            events.append([
                "name": .text((bar.call.map { "chat \($0.model)" } ?? node.name).withoutControls),
                "cat": bar.call != nil ? "model" : .text(node.kind.name), "ph": "X",
                "ts": .number(Double(bar.start) / 1000), "dur": .number(Double(bar.duration) / 1000), "pid": 1,
                "tid": .integer(bar.lane + 1), "args": .object(arguments),
            ])
        }
        return [
            "traceEvents": .list(events), "displayTimeUnit": "ms",
            "otherData": [
                "workflow": .text(workflow), "candidate": .text("\(trace.candidate.id)"),
                "outcome": .text(trace.outcome.name),
            ],
        ]
    }

    private static func named(_ kind: String, _ name: String, lane: Int) -> Value {
        [
            "name": .text(kind), "ph": "M", "pid": 1, "tid": .integer(lane + 1),
            "args": ["name": .text(name.withoutControls)],
        ]
    }
}
