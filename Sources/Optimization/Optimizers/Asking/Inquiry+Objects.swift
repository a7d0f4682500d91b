import LanguageModels
import TraceGraph

extension Inquiry {
    /// What is wanted as an object with fields of its own.
    struct Form: Sendable {
        var name: String
        /// In the order they are to be written.
        var fields: Fields

        var schema: Value {
            [
                "type": "object", "properties": .object(fields), "required": .list(fields.names.map(Value.text)),
                "additionalProperties": false,
            ]
        }

        var format: ChatRequest.ReplyFormat { .schema(name: name, schema) }
    }

    /// The objects that answer the questions, each asked for a second time when the reply is none; nil where that brings
    /// none either.
    ///
    /// - Throws: As ``reply(to:)``.
    mutating func objects(_ questions: [Question], as form: Form) async throws -> [Fields?] {
        var questions = questions
        for place in questions.indices { questions[place].format = form.format }
        let replies = try await replies(to: questions)
        var objects = replies.map { $0.flatMap { Self.object(in: $0, form) } }
        let missing = objects.indices.filter { objects[$0] == nil && replies[$0] != nil }
        guard !missing.isEmpty else { return objects }
        let again = missing.map { place in
            var question = questions[place]
            question.label += ", once more"
            let note = "Answer with one JSON object with the fields \(form.fields.names.joined(separator: ", ")), briefly."
            if let last = question.messages.indices.last { question.messages[last].content += "\n\n\(note)" }
            return question
        }
        for (place, reply) in zip(missing, try await self.replies(to: again)) {
            objects[place] = reply.flatMap { Self.object(in: $0, form) }
            if objects[place] == nil {
                context.report(
                    OptimizerNote(
                        .refused, "\(questions[place].label): no readable answer, asked twice",
                        completion: reply?.completion))
            }
        }
        return objects
    }

    /// The first object in a reply that has the form's last field, which is the one that decides; nil when there is none or
    /// the reply was cut off.
    private static func object(in reply: ChatReply, _ form: Form) -> Fields? {
        guard reply.finish != .length, reply.finish != .refusal, let decisive = form.fields.names.last else { return nil }
        let bytes = Array(reply.text.utf8)
        var attempts = 0
        for start in bytes.indices where bytes[start] == UInt8(ascii: "{") {
            attempts += 1
            guard attempts <= 16 else { return nil }
            var reader = LooseJSON(bytes, from: start)
            guard let object = try? reader.value()?.object, object[decisive] != nil else { continue }
            return object
        }
        return nil
    }
}
