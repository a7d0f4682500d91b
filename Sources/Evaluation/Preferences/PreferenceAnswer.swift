import LanguageModels
import TraceGraph

/// What a judge of two outputs answered.
struct PreferenceAnswer {
    let preference: Preference
    let reasons: String

    /// Reasons first: a model that has to explain before it decides decides better.
    static let schema: Value = [
        "type": "object",
        "properties": [
            "reasons": ["type": "string"],
            "preferred": ["type": "string", "enum": ["A", "B", "tie"]],
        ],
        "required": ["reasons", "preferred"],
        "additionalProperties": false,
    ]

    static let instruction = """
        Answer with one JSON object: {"reasons": "what makes one better than the other, specific enough to act on", \
        "preferred": "A", "B" or "tie"}.
        """

    static func read(_ reply: ChatReply) -> Result<PreferenceAnswer, Judgement.Fault> {
        if let fault = Judgement.Fault(endOf: reply) { return .failure(fault) }
        guard let object = Value.text(reply.text).embeddedJSON?.object else {
            return .failure(Judgement.Fault(reason: "it is not a JSON object"))
        }
        guard let word = object["preferred"]?.text?.trimmed.lowercased() else {
            return .failure(Judgement.Fault(reason: "it has no field 'preferred'"))
        }
        let preference: Preference
        switch word {
        case "a": preference = .first
        case "b": preference = .second
        case "tie", "neither", "both": preference = .neither
        default: return .failure(Judgement.Fault(reason: "its field 'preferred' is not one of the answers allowed"))
        }
        return .success(PreferenceAnswer(preference: preference, reasons: object["reasons"]?.plainText ?? ""))
    }
}
