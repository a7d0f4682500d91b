import Evaluation
import LanguageModels
import Testing
import TraceGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("How likely a reply was to begin with the answer")
struct LikelihoodTests {
    /// A reply of tokens with their probabilities and those of others.
    private func reply(_ tokens: [(String, Double, [String: Double])]) -> ChatReply {
        ChatReply(
            text: tokens.map(\.0).joined(), usage: .none,
            tokens: tokens.map {
                .init(token: $0.0, logProbability: log($0.1), alternatives: $0.2.mapValues { log($0) })
            })
    }

    private func close(_ found: Double?, _ wanted: Double) -> Bool { found.map { abs($0 - wanted) < 1e-9 } ?? false }

    @Test("is the product over its tokens where it is the answer, whatever comes before and behind")
    func answered() {
        let reply = reply([("\n", 0.9, [:]), (" Sun", 0.5, [:]), ("ny", 0.8, [:]), (".", 0.7, [:])])
        #expect(close(reply.likelihood(of: "sunny"), 0.4))
        #expect(close(reply.likelihood(of: "sun"), 0.5))
    }

    @Test("is that of the alternative where it turns away from the answer")
    func missed() {
        let reply = reply([("What", 0.7, ["What": 0.7, " rain": 0.02, "Sun": 0.2, "S": 0.05]), (" a", 0.9, [:])])
        #expect(close(reply.likelihood(of: "sunny"), 0.2))
        #expect(close(reply.likelihood(of: "rainy"), 0.02))
        #expect(reply.likelihood(of: "cloudy") == 0)
        let late = self.reply([("sun", 0.5, [:]), ("day", 0.6, ["ny": 0.1])])
        #expect(close(late.likelihood(of: "sunny"), 0.05))
        #expect(late.likelihood(of: "sundown") == 0)
    }

    @Test("is unknown where the provider does not say, or nothing is expected")
    func unknown() {
        #expect(ChatReply(text: "sunny", usage: .none).likelihood(of: "sunny") == nil)
        #expect(reply([("sunny", 1, [:])]).likelihood(of: " ") == nil)
    }

    @Test("ranks outputs that are all as wrong")
    func ranked() throws {
        var near = GradedEvidence(output: "What a day", expected: "sunny")
        var far = near
        (near.likelihood, far.likelihood) = (0.3, 0.01)
        #expect(near.rank > far.rank)
        let merged = try #require(GradedEvidence(merging: [near, far]))
        #expect(abs((merged.likelihood ?? 0) - 0.155) < 1e-9)
        #expect((0...1).contains(merged.rank))
    }
}
