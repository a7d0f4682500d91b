import ContentHash
import LanguageModels

/// How a program's questions to models are answered.
struct ProgramModels: Sendable {
    /// What a call asks, as the first of its kind.
    let request: @Sendable (ProgramCall) throws -> ChatRequest
    let reply: @Sendable (ChatRequest, ProgramCall) async throws -> ChatReply

    /// The requests of one run in one process: equal ones are samples of their own, as they are of a server.
    struct Asked {
        private let models: ProgramModels
        private var counts: [ContentHash: Int] = [:]

        init(_ models: ProgramModels) { self.models = models }

        /// The request of the next call. Equal calls are counted in the order in which they were made: of two that are
        /// under way at once each has its own sample, and a replay asks for the same samples.
        mutating func request(for call: ProgramCall) throws -> ChatRequest {
            var request = try models.request(call)
            let key = request.key
            let place = call.sample ?? counts[key, default: 0]
            if call.sample == nil { counts[key] = place + 1 }
            request.repetition = Repetition.of(place, in: "call", within: request.repetition)
            return request
        }
    }
}
