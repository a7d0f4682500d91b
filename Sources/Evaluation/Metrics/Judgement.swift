import LanguageModels
import TraceGraph

/// What a judge answered.
struct Judgement {
    /// Why a reply is no judgement.
    struct Fault: Error {
        let reason: String

        init(reason: String) { self.reason = reason }

        /// A reply that did not end as an answer does; nil when it did.
        init?(endOf reply: ChatReply) {
            switch reply.finish {
            case .length: reason = "it was cut off at the token limit"
            case .refusal: reason = "it was refused"
            case .stop, .other: return nil
            }
        }
    }

    let value: Double
    let reasons: String

    func score(usage: Usage) -> Score { Score(value, feedback: reasons, usage: usage) }

    /// Reasons first: a model that has to explain before it decides decides better.
    static func schema(for scale: Judge.Scale) -> Value {
        let verdict: Value
        switch scale {
        case .yesNo: verdict = ["type": "string", "enum": ["yes", "no"]]
        case .zeroToTen: verdict = ["type": "integer", "minimum": 0, "maximum": 10]
        }
        let field = self.field(for: scale)
        return .object([
            "type": "object",
            "properties": .object(["reasons": ["type": "string"], field: verdict]),
            "required": .list(["reasons", .text(field)]),
            "additionalProperties": false,
        ])
    }

    static func instruction(for scale: Judge.Scale) -> String {
        switch scale {
        case .yesNo:
            return """
                Answer with one JSON object: {"reasons": "what is good and what is wrong, specific enough to act on", \
                "verdict": "yes" or "no"}, where yes means that the output meets the rubric.
                """
        case .zeroToTen:
            return """
                Answer with one JSON object: {"reasons": "what is good and what is wrong, specific enough to act on", \
                "score": a whole number from 0 (misses the rubric altogether) to 10 (meets it fully)}.
                """
        }
    }

    static func read(_ reply: ChatReply, scale: Judge.Scale) -> Result<Judgement, Fault> {
        if let fault = Fault(endOf: reply) { return .failure(fault) }
        guard let object = Value.text(reply.text).embeddedJSON?.object else {
            return .failure(Fault(reason: "it is not a JSON object"))
        }
        let field = field(for: scale)
        guard let verdict = object[field] else {
            return .failure(Fault(reason: "it has no field '\(field)'"))
        }
        guard let value = number(verdict, scale: scale) else {
            return .failure(Fault(reason: "its field '\(field)' is not one of the answers allowed"))
        }
        return .success(Judgement(value: value, reasons: object["reasons"]?.plainText ?? ""))
    }

    private static func field(for scale: Judge.Scale) -> String {
        scale == .yesNo ? "verdict" : "score"
    }

    private static func number(_ verdict: Value, scale: Judge.Scale) -> Double? {
        switch scale {
        case .yesNo:
            switch verdict {
            case .flag(let flag): return flag ? 1 : 0
            case .text(let text):
                switch text.trimmed.lowercased() {
                case "yes": return 1
                case "no": return 0
                default: return nil
                }
            default: return nil
            }
        case .zeroToTen:
            guard let number = NumericMatch.number(in: verdict, reading: .whole), (0...10).contains(number) else {
                return nil
            }
            return number / 10
        }
    }
}
