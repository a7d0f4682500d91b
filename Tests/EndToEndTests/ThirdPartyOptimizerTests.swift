import Foundation
import Optrace
import Testing
import ThirdPartyOptimizer

@Suite("A third party's optimizer") struct ThirdPartyOptimizerTests {
    @Test("is registered by name, checked like any other, and improves a workflow")
    func registered() async throws {
        let registry = Tuning.registry
        #expect(registry.names.contains("pattern"))
        #expect(throws: OptimizerError.self) { try registry.optimizer("pattern", options: ["stepp": 0.5]) }
        let conclusion = try await Tuning.tuned()
        #expect(abs((conclusion.best["x"]?.number ?? 0) - 7) < 2)
        #expect(conclusion.verdict?.decision == .promote)
        let optimizer = try registry.optimizer("pattern", options: ["step": 0.3])
        let again = try registry.optimizer("pattern", state: optimizer.state)
        #expect(again.state == optimizer.state)
    }

    @Test("can be a part of those that are made of others")
    func composed() throws {
        let auto = try Tuning.registry.optimizer("auto", options: ["numbers": ["pattern": ["step": 0.1]]])
        #expect(type(of: auto).name == "auto")
        #expect(throws: OptimizerError.self) {
            try Tuning.registry.optimizer("auto", options: ["numbers": ["pattern": ["step": 2]]])
        }
    }

    @Test("is shown in docs/own-optimizer.md as it is compiled here")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/own-optimizer.md"), encoding: .utf8)
        let sources = root.appending(path: "Examples/ThirdPartyOptimizer/Sources/ThirdPartyOptimizer")
        for name in try FileManager.default.contentsOfDirectory(atPath: sources.path) {
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            #expect(page.contains("`\(name)`:\n\n```swift\n\(text)```\n"), "\(name)")
        }
    }
}
