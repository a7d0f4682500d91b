import Evaluation
import LanguageModels
import Synchronization
import Testing

@testable import Optimization

@Suite("OptoPrime, siblings together")
struct OptoPrimeSiblingsTests {
    /// Two calls at once: the first fails once the second is under way, the second answers once the first has failed.
    final class Pair: LanguageModel {
        private let place = Mutex(0)
        private let cancelled = Mutex<Bool?>(nil)
        private let (begun, second) = AsyncStream<Void>.makeStream()
        private let (failed, first) = AsyncStream<Void>.makeStream()

        /// Whether the second call was broken off; nil while it goes on.
        var wasCancelled: Bool? { cancelled.withLock { $0 } }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            let place = place.withLock { place in
                place += 1
                return place
            }
            guard place > 1 else {
                for await _ in begun {}
                first.finish()
                throw ModelError(.wrongKey, "the key is wrong")
            }
            second.finish()
            for await _ in failed {}
            // Time enough for a failure to break this call off, if it did.
            for _ in 0..<1_000 where !Task.isCancelled { await Task.yield() }
            cancelled.withLock { $0 = Task.isCancelled }
            return ChatReply(text: #"{"suggestion": {"instruction": "Go."}}"#)
        }
    }

    @Test("a call that ends the run leaves those in flight, which are paid for, to their end")
    func failing() async throws {
        let model = Pair()
        var optimizer = OptoPrime(options: OptoPrimeOptions(siblings: .together))
        let evaluation = try await Fixtures.evaluation("m1", as: "sales", expected: "billing")
        let context = Fixtures.context([Fixtures.instruction], evaluations: [evaluation], model: model, siblings: 2)
        let error = await #expect(throws: ModelError.self) { try await optimizer.propose(context) }
        #expect(error?.code == .wrongKey)
        #expect(model.wasCancelled == false)
    }
}
