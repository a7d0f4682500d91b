import ContentHash
public import LanguageModels
public import TraceGraph

extension LostCall {
    /// The call as a value: what the journal holds. Of a reply, everything but the probabilities of its tokens.
    public var recorded: Value {
        var fields: Fields = ["key": .text(key.hex), "model": .text(model)]
        switch outcome {
        case .failed(let error): fields["failure"] = error.recorded
        case .answered(let reply): fields["reply"] = reply.recorded
        case .stepFailed(let failure): fields["step_failure"] = failure.recorded
        }
        return .object(fields)
    }

    /// Reads ``recorded`` back; nil for anything else.
    public init?(recorded: Value) {
        guard let key = recorded["key"]?.text.flatMap(ContentHash.init(hex:)), let model = recorded["model"]?.text
        else {
            return nil
        }
        if let failure = recorded["failure"] {
            guard let error = ModelError(recorded: failure) else { return nil }
            self.init(key: key, model: model, outcome: .failed(error))
        } else if let failure = recorded["step_failure"] {
            guard let failure = StepFailure(recorded: failure) else { return nil }
            self.init(key: key, model: model, outcome: .stepFailed(failure))
        } else {
            guard let reply = recorded["reply"].flatMap(ChatReply.init(recorded:)) else { return nil }
            self.init(key: key, model: model, outcome: .answered(reply))
        }
    }
}

extension [LostCall] {
    /// Reads a list of ``LostCall/recorded`` back; nil for anything else.
    public init?(recorded: Value) {
        guard let list = recorded.list else { return nil }
        let calls = list.compactMap(LostCall.init(recorded:))
        guard calls.count == list.count else { return nil }
        self = calls
    }
}

extension StepFailure {
    fileprivate var recorded: Value {
        var fields: Fields = [
            "name": .text(failureName), "message": .text(failureMessage),
            "detail": failureDetail.map(Value.text) ?? .null,
        ]
        if !asked.isEmpty { fields["asked"] = .list(asked) }
        return .object(fields)
    }

    fileprivate init?(recorded: Value) {
        guard let name = recorded["name"]?.text, let message = recorded["message"]?.text else { return nil }
        self.init(
            name: name, message: message, detail: recorded["detail"]?.text,
            asked: recorded["asked"]?.list ?? [])
    }
}

extension ModelError {
    fileprivate var recorded: Value {
        [
            "code": .text(code.description), "message": .text(message), "model": Self.text(model?.description),
            "url": Self.text(url), "status": status.map(Value.integer) ?? .null,
            "retry_after": retryAfter.map(Value.number) ?? .null, "refused_setting": Self.text(refusedSetting),
            "ends_run": reach.map { .flag($0 == .run) } ?? .null,
        ]
    }

    fileprivate init?(recorded: Value) {
        guard let code = recorded["code"]?.text.flatMap(Code.init), let message = recorded["message"]?.text else {
            return nil
        }
        self.init(
            code, message, model: recorded["model"]?.text.flatMap(ModelName.init), url: recorded["url"]?.text,
            status: recorded["status"]?.integer, retryAfter: recorded["retry_after"]?.number,
            refusedSetting: recorded["refused_setting"]?.text,
            reach: recorded["ends_run"]?.flag.map { $0 ? .run : .call })
    }

    private static func text(_ text: String?) -> Value { text.map(Value.text) ?? .null }
}

extension ChatReply {
    fileprivate var recorded: Value {
        var fields = usage.recorded
        fields["text"] = .text(text)
        fields["finish"] = .text(finish.recorded)
        fields["served_by"] = .text(servedBy)
        fields["duration"] = .integer(Int(duration))
        fields["cut_at"] = cutAtCeiling.map(Value.integer)
        return .object(fields)
    }

    fileprivate init?(recorded: Value) {
        guard let text = recorded["text"]?.text, let finish = recorded["finish"]?.text,
            let servedBy = recorded["served_by"]?.text, let usage = Usage(recorded: recorded),
            let duration = recorded["duration"]?.integer
        else { return nil }
        self.init(
            text: text, finish: Finish(recorded: finish), usage: usage, servedBy: servedBy, duration: Int64(duration))
        cutAtCeiling = recorded["cut_at"]?.integer
    }
}

extension ChatReply.Finish {
    /// One word, or `other: ` and the provider's own.
    fileprivate var recorded: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .refusal: "refusal"
        case .other(let words): "other: \(words)"
        }
    }

    fileprivate init(recorded: String) {
        switch recorded {
        case "stop": self = .stop
        case "length": self = .length
        case "refusal": self = .refusal
        default: self = .other(recorded.hasPrefix("other: ") ? String(recorded.dropFirst(7)) : recorded)
        }
    }
}
