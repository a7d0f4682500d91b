import Foundation
import Testing

@testable import Optimization

/// Problems as models read them, in the files of `Snapshots`.
///
/// After a change that is meant, look at what became of them and keep it:
///
///     OPTRACE_RENEW_SNAPSHOTS=1 swift test --filter ProblemSnapshotTests; git diff Tests/OptimizationTests/Problems
@Suite struct ProblemSnapshotTests {
    @Test func aPromptPipelineWithAFailingExample() async throws {
        let problem = try await SampleProblems.pipeline()
        try compare(ProblemRenderer().render(problem), "prompt-pipeline")
    }

    @Test(arguments: AnswerDialect.allCases)
    func theDialects(_ dialect: AnswerDialect) async throws {
        let problem = try await SampleProblems.failedCode()
        let rendered = ProblemRenderer().render(problem)
        let answer = dialect.instruction(for: problem.variables.map(\.definition), allowsNoChange: false)
        try compare("\(rendered.text)\n# Answer\n\(answer)\n", "code-that-failed.\(dialect.rawValue)")
    }

    @Test func aLoopOf37() async throws {
        try compare(ProblemRenderer().render(try await SampleProblems.loop()), "loop-of-37")
    }

    @Test func aMapWithOneFailure() throws {
        try compare(ProblemRenderer().render(try SampleProblems.map()), "map-with-one-failure")
    }

    @Test func twoOutputsWithTheirFeedback() async throws {
        try compare(ProblemRenderer().render(try await SampleProblems.twoOutputs()), "two-outputs")
        try compare(
            ProblemRenderer(layout: .compact).render(try await SampleProblems.twoOutputs()), "two-outputs.compact")
    }

    @Test func aNumericToy() async throws {
        try compare(ProblemRenderer().render(try await SampleProblems.numbers()), "numeric-toy")
    }

    @Test func aBatchOfFiveTraces() async throws {
        try compare(ProblemRenderer().render(try await SampleProblems.batch(of: 5)), "batch-of-five")
    }

    @Test func aBatchWithoutRoom() async throws {
        let problem = try await SampleProblems.batch(of: 40, words: 400)
        try compare(ProblemRenderer(tokenBudget: 1200).render(problem), "batch-in-1200-tokens")
    }

    @Test func tenThousandNodes() throws {
        let rendered = ProblemRenderer(tokenBudget: 2000).render(try SampleProblems.tenThousand())
        try compare(rendered, "ten-thousand-nodes-in-2000-tokens")
    }

    @Test func theCompactForm() async throws {
        let problem = try await SampleProblems.batch(of: 5)
        try compare(ProblemRenderer(layout: .compact, maximumRuns: 3).render(problem), "batch-of-five.compact")
        let single = try await SampleProblems.batch(of: 5, parameters: [SampleProblems.instruction])
        try compare(ProblemRenderer(layout: .compact, maximumRuns: 3).render(single), "one-variable.compact")
    }

    @Test(arguments: Problem.Scopes.allCases)
    func aCompositeOperation(_ scopes: Problem.Scopes) async throws {
        let problem = try await SampleProblems.composite(scopes)
        try compare(ProblemRenderer().render(problem), "composite-\(scopes.rawValue)")
    }

    @Test func valuesThatLookLikeSomethingElse() async throws {
        try compare(ProblemRenderer().render(try await SampleProblems.confusing()), "confusing-values")
    }

    // MARK: Files

    private func compare(
        _ rendered: RenderedProblem, _ name: String, at location: SourceLocation = #_sourceLocation
    ) throws {
        try compare(rendered.text, name, at: location)
    }

    private func compare(_ text: String, _ name: String, at location: SourceLocation = #_sourceLocation) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
        let file = folder.appending(path: "\(name).txt")
        if ProcessInfo.processInfo.environment["OPTRACE_RENEW_SNAPSHOTS"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return
        }
        let kept = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        guard text != kept else { return }
        let (old, new) = (
            kept.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let line = zip(old, new).prefix { $0 == $1 }.count
        Issue.record(
            """
            \(name).txt differs from line \(line + 1): \
            \(old.dropFirst(line).first ?? "(end)") became \(new.dropFirst(line).first ?? "(end)")
            """, sourceLocation: location)
    }
}
