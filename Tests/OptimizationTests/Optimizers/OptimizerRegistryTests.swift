import Optimization
import Testing
import TraceGraph

@Suite("OptimizerRegistry") struct OptimizerRegistryTests {
    @Test func standardOptimizersAreMadeByName() throws {
        let registry = OptimizerRegistry.standard
        #expect(registry.names.contains("optoprime") && registry.names.contains("random"))
        for name in registry.names {
            let optimizer = try registry.optimizer(name)
            #expect(optimizer.state.optimizer == name)
            #expect(try registry.optimizer(name, state: optimizer.state).state == optimizer.state)
            #expect(registry.kinds(of: name)?.isEmpty == false)
        }
    }

    @Test func misspeltNamesAndOptionsAreSuggested() {
        func message(_ name: String, _ options: Value = .null) -> String {
            do {
                _ = try OptimizerRegistry.standard.optimizer(name, options: options)
                return ""
            } catch { return "\(error)" }
        }
        #expect(message("optoprim").contains("did you mean 'optoprime'"))
        #expect(message("optoprime", ["memry": 3]).contains("did you mean 'memory'"))
        #expect(message("optoprime", ["memory": "x"]).contains("a whole number from 0 to 100 for 'memory'"))
        #expect(message("optoprime", ["dialect": "xml"]).contains("auto, json, tagged"))
        #expect(message("random", [1]).contains("must be an object"))
        #expect(message("random", ["near": 0.2]) == "")
        #expect(message("random", ["near": 1]) == "", "a whole number is a number")
        let both = message("random", ["near": 7, "stepp": 1])
        #expect(both.contains("'near'") && both.contains("did you mean 'step'"), "all that is wrong is said")
    }

    @Test func everyStandardValueIsAllowedAndEveryOptionIsExplained() throws {
        let registry = OptimizerRegistry.standard
        for name in registry.names {
            let options = try registry.options(of: name)
            #expect(Set(options.map(\.name)).count == options.count)
            for option in options {
                #expect(option.accepts(option.standard), "\(name).\(option.name)")
                #expect(option.documentation.hasSuffix("."), "\(name).\(option.name)")
            }
            let standard = Fields(options.map { ($0.name, $0.standard) })
            #expect(options.faults(in: standard, of: name).isEmpty)
            _ = try registry.optimizer(name, options: .object(standard))
        }
    }

    @Test func standardValuesAreThoseOfNoOptionsAtAll() throws {
        let standard = Fields(OptoPrime.options.map { ($0.name, $0.standard) })
        #expect(try OptoPrimeOptions(.object(standard)) == OptoPrimeOptions(.null))
        let random = Fields(RandomSearch.options.map { ($0.name, $0.standard) })
        #expect(try RandomSearch.Options(.object(random)) == RandomSearch.Options())
    }

    @Test func everyKindOfOptionIsReadAsItIsDeclared() throws {
        enum Shade: String, CaseIterable { case light, dark }
        struct Picky: Optimizer {
            static let name = "picky"
            static let kinds: Set<ParameterKind> = [.flag]
            static let options: [OptimizerOption] = [
                .integer("depth", 1...9, standard: 3, "How deep."),
                .number("share", 0...1, standard: 0.5, "How much."),
                .flag("strict", standard: false, "Whether."), .text("focus", standard: "x", "On what."),
                .choice("shade", standard: Shade.light, "Which."),
            ]
            mutating func propose(_ context: ProposalContext) async throws -> [Proposal] { [] }
            mutating func observe(_ trials: [Trial]) {}
            var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .null) }
        }
        let given = try OptionReader(
            ["depth": 4, "share": 1, "strict": true, "focus": "y", "shade": "dark"], of: Picky.self)
        #expect(try given.integer("depth") == 4)
        #expect(try given.number("share") == 1)
        #expect(try given.flag("strict"))
        #expect(try given.text("focus") == "y")
        #expect(try given.choice("shade", of: Shade.self) == .dark)
        let standard = try OptionReader(.null, of: Picky.self)
        #expect(try standard.integer("depth") == 3)
        #expect(try standard.choice("shade", of: Shade.self) == .light)
        #expect(throws: OptimizerError.self) { try standard.integer("share") }
        #expect(throws: OptimizerError.self) { try standard.flag("lenient") }
        let wrong: Fields = [
            "depth": 0, "share": "half", "strict": 1, "focus": false, "shade": "grey", "shad": "dark",
        ]
        let faults = Picky.options.faults(in: wrong, of: Picky.name)
        #expect(faults.map(\.option) == wrong.names)
        #expect(faults.map(\.isUnknown) == [false, false, false, false, false, true])
    }

    @Test func anyoneCanRegisterAnOptimizer() throws {
        struct Mine: Optimizer {
            static let name = "mine"
            static let kinds: Set<ParameterKind> = [.flag]
            mutating func propose(_ context: ProposalContext) async throws -> [Proposal] { [] }
            mutating func observe(_ trials: [Trial]) {}
            var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .null) }
        }
        var registry = OptimizerRegistry()
        registry.register(Mine.self) { _, _ in Mine() }
        #expect(try registry.optimizer("mine") is Mine)
        #expect(registry.kinds(of: "mine") == [.flag])
        #expect(throws: OptimizerError.self) { _ = try registry.optimizer("mine", options: ["depth": 1]) }
        #expect(throws: OptimizerError.self) { _ = try registry.optimizer("optoprime") }
        #expect(throws: OptimizerError.self) {
            _ = try registry.optimizer("mine", state: OptimizerState(optimizer: "other", content: .null))
        }
    }
}
