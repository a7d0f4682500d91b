public import TraceGraph

/// The optimizers that can be had by name. A value: whoever adds one passes the registry on.
///
/// ```swift
/// var registry = OptimizerRegistry.standard
/// registry.register(Mine.self) { options, state in try Mine(options, state) }
/// let optimizer = try registry.optimizer("mine", options: ["depth": 3])
/// ```
public struct OptimizerRegistry: Sendable {
    /// Makes an optimizer from its options (null or an object, names and values already checked) and the state it had,
    /// nil for a fresh one.
    public typealias Factory = @Sendable (_ options: Value, _ state: OptimizerState?) throws -> any Optimizer

    private struct Entry: Sendable {
        let kinds: Set<ParameterKind>
        let options: [OptimizerOption]
        let make: @Sendable (Value, OptimizerState?, OptimizerRegistry) throws -> any Optimizer
    }

    private var entries: [String: Entry] = [:]

    /// A registry without any optimizer.
    public init() {}

    /// Adds an optimizer under its own name; one of the same name is replaced.
    public mutating func register<Method: Optimizer>(_ method: Method.Type, _ make: @escaping Factory) {
        register(composing: method) { options, state, _ in try make(options, state) }
    }

    /// Adds an optimizer that is made of others: it is given the registry it is asked from, with all that was added later.
    public mutating func register<Method: Optimizer>(
        composing method: Method.Type,
        _ make: @escaping @Sendable (Value, OptimizerState?, OptimizerRegistry) throws -> any Optimizer
    ) {
        entries[Method.name] = Entry(kinds: Method.kinds, options: Method.options, make: make)
    }

    /// The names, sorted.
    public var names: [String] { entries.keys.sorted() }

    /// The kinds of parameters the optimizer `name` can change; nil when there is none of that name.
    public func kinds(of name: String) -> Set<ParameterKind>? { entries[name]?.kinds }

    /// The options that the optimizer `name` can be given.
    ///
    /// - Throws: ``OptimizerError`` with code `unknownOptimizer` and the names there are.
    public func options(of name: String) throws(OptimizerError) -> [OptimizerOption] { try entry(name).options }

    /// The optimizer called `name`.
    ///
    /// - Parameters:
    ///   - options: An object of its own options; null for the defaults.
    ///   - state: Where it is to go on; nil to begin.
    /// - Throws: ``OptimizerError``: `unknownOptimizer` with the names there are, `badOption` with everything that is
    ///   wrong with the options, or `badState` when the state is another optimizer's or unreadable; what a registered
    ///   factory throws.
    public func optimizer(
        _ name: String, options: Value = .null, state: OptimizerState? = nil
    ) throws -> any Optimizer {
        let entry = try entry(name)
        let fields = try entry.options.checked(options, of: name)
        let faults = try faults(in: fields, of: name)
        guard faults.isEmpty else {
            throw OptimizerError(.badOption, faults.map(\.message).joined(separator: "\n"))
        }
        if let state, state.optimizer != name {
            throw OptimizerError(.badState, "the state is that of '\(state.optimizer)', not of '\(name)'")
        }
        return try entry.make(options, state, self)
    }

    private func entry(_ name: String) throws(OptimizerError) -> Entry {
        if let entry = entries[name] { return entry }
        let near = NearName.of(name, among: names).map { ", did you mean '\($0)'?" }
        throw OptimizerError(
            .unknownOptimizer,
            "there is no optimizer '\(name)'\(near ?? "; expected \(names.joined(separator: ", "))")")
    }

    /// The optimizers of this package.
    public static let standard: OptimizerRegistry = {
        var registry = OptimizerRegistry()
        registry.register(composing: Auto.self) { options, state, registry in
            try Auto(Auto.Options(options), registry: registry, state: state)
        }
        registry.register(BanditSearch.self) { options, state in
            try BanditSearch(BanditSearch.Options(options), state: state)
        }
        registry.register(BayesianSearch.self) { options, state in
            try BayesianSearch(BayesianOptions(options), state: state)
        }
        registry.register(Bootstrap.self) { options, state in
            try Bootstrap(Bootstrap.Options(options), state: state)
        }
        registry.register(Calm.self) { options, state in try Calm(CalmOptions(options), state: state) }
        registry.register(Gepa.self) { options, state in try Gepa(GepaOptions(options), state: state) }
        registry.register(Opro.self) { options, state in try Opro(Opro.Options(options), state: state) }
        registry.register(FeasibleSearch.self) { options, state in
            try FeasibleSearch(FeasibleSearch.Options(options), state: state)
        }
        registry.register(JointSearch.self) { options, state in
            try JointSearch(JointSearch.Options(options), state: state)
        }
        registry.register(OptoPrime.self) { options, state in
            try OptoPrime(OptoPrimeOptions(options), state: state)
        }
        registry.register(composing: Portfolio.self) { options, state, registry in
            try Portfolio(Portfolio.Options(options), registry: registry, state: state)
        }
        registry.register(PrefPO.self) { options, state in try PrefPO(PrefPOOptions(options), state: state) }
        registry.register(RandomSearch.self) { options, state in
            try RandomSearch(RandomSearch.Options(options), state: state)
        }
        registry.register(TextGrad.self) { options, state in try TextGrad(TextGrad.Options(options), state: state) }
        return registry
    }()
}
