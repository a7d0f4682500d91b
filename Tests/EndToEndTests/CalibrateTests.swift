import Foundation
import Testing
import TraceGraph

@Suite("optrace calibrate")
struct CalibrateTests {
    private func ready() throws -> Program {
        let program = try Program()
        try program.write(CodeWorkflow.guardYAML, to: "guard.yaml")
        try program.write(CodeWorkflow.guardData, to: "guard.jsonl")
        return program
    }

    @Test("fits probabilities and thresholds, writes them, and the metric decides by them")
    func whole() async throws {
        let program = try ready()
        defer { program.remove() }
        let run = try await program.run(
            "calibrate", "guard.yaml", "--check", "holdout", "--json", "--write", "risk.json")
        #expect(run.status == 0, "\(run.error)")
        let found = try Value(json: run.output)
        #expect(found["outcomes"] == 280 && found["without_score"] == 0)
        #expect(found["thresholds"]?["strict"]?["score"] == .null, "280 outcomes do not show one in a hundred")
        let balanced = try #require(found["thresholds"]?["balanced"]?["score"]?.number)
        let lenient = try #require(found["thresholds"]?["lenient"]?["score"]?.number)
        #expect(balanced > 0.4 && balanced <= lenient && lenient < 0.95)
        let checked = try #require(found["check"]?["thresholds"]?["balanced"])
        let (passed, harmful) = (try #require(checked["passed"]?.integer), try #require(checked["harmful"]?.integer))
        #expect(passed > 40 && Double(harmful) <= 0.1 * Double(passed))
        let (after, before) = (found["check"]?["squared_miss"]?.number, found["check"]?["raw_squared_miss"]?.number)
        #expect(try #require(after) < (try #require(before)), "calibrated probabilities come nearer")

        let plain = try await program.run("eval", "guard.yaml", "--split", "holdout", "--json")
        let miss = try Value(json: String(plain.lines.last ?? ""))["score"]?.number
        #expect(abs(try #require(miss) - (1 - (try #require(before)))) < 1e-9, "uncalibrated it is the raw miss")
        let yaml = try program.read("guard.yaml").replacing(
            "{ guard: $harmful }",
            with: "{ guard: { harmful: $harmful, calibration: file://risk.json, strictness: balanced } }")
        try program.write(yaml, to: "guard.yaml")
        let decided = try await program.run("eval", "guard.yaml", "--split", "holdout", "--json")
        #expect(decided.status == 0, "\(decided.error)")
        let right = try #require(try Value(json: String(decided.lines.last ?? ""))["score"]?.number)
        let stopped = try #require(checked["harmless_stopped"]?.integer)
        #expect(abs(right - (1 - Double(harmful + stopped) / 120)) < 1e-9)
        let table = try await program.run("calibrate", "guard.yaml")
        #expect(table.output.contains("strict (0.01)") && table.output.contains("nothing"), "\(table.output)")
    }

    @Test("mistakes are told with the remedy")
    func mistakes() async throws {
        let program = try ready()
        defer { program.remove() }
        let own = try await program.run("calibrate", "guard.yaml", "--check", "train")
        #expect(own.status == 64 && own.error.contains("part of what is calibrated on"))
        let unknown = try await program.run("calibrate", "guard.yaml", "--metric", "gard")
        #expect(unknown.status == 64 && unknown.error.contains("no guard called 'gard'; it has guard"))
        try program.write(
            program.read("guard.yaml").replacing("guard: $harmful", with: "numeric: $harmful"), to: "n.yaml")
        let none = try await program.run("calibrate", "n.yaml")
        #expect(none.status == 64 && none.error.contains("no metric of the kind 'guard'"))
        for (option, words) in [
            ("strictness: strict", "needs thresholds"), ("calibration: file://guard.yaml", "this is no calibration"),
            ("strictness: rough", "strict, balanced or lenient"),
        ] {
            let yaml = try program.read("guard.yaml").replacing(
                "{ guard: $harmful }", with: "{ guard: { harmful: $harmful, \(option) } }")
            try program.write(yaml, to: "wrong.yaml")
            let wrong = try await program.run("validate", "wrong.yaml")
            #expect(wrong.status != 0 && (wrong.error + wrong.output).contains(words), "\(wrong.error)\(wrong.output)")
        }
    }
}
