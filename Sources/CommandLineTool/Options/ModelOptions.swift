public import ArgumentParser
public import LanguageModels

/// Which models answer, and how their replies are kept and paid.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Use another model for a role: NAME for the role task, or ROLE=NAME. May be repeated (OPTRACE_MODEL).",
            valueName: "[role=]provider:name"))
    var model: [String] = []

    @Option(help: "How earlier replies are used: use, refresh, only or off (OPTRACE_CACHE). (default: use)")
    var cache: CacheMode?

    @Option(help: "Model calls under way at once (OPTRACE_CONCURRENCY). (default: what suits the provider)")
    var concurrency: Int?

    @Option(help: "A YAML file of prices, US dollars per million tokens (OPTRACE_PRICES).")
    var prices: String?

    @Flag(help: "Let models without a known price be called under a cost cap, counted as free.")
    var allowUnknownPrices = false

    @Flag(help: "Run code even where it cannot be sandboxed (OPTRACE_ALLOW_UNSANDBOXED=1).")
    var allowUnsandboxed = false

    @OptionGroup(title: "Model calls") var calls: CallOptions

    func validate() throws {
        try Bounds.check(concurrency, "--concurrency", Self.concurrencies)
        for text in model where parsed(text) == nil {
            throw ValidationError("--model takes provider:name or role=provider:name, not '\(text)'")
        }
    }

    /// The roles that are overridden.
    var roles: [String: ModelName] {
        Dictionary(model.compactMap(parsed), uniquingKeysWith: { $1 })
    }

    private func parsed(_ text: String) -> (String, ModelName)? {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let isRole = parts.count == 2 && !parts[0].contains(":") && !parts[0].contains("/")
        return ModelName(isRole ? parts[1] : text).map { (isRole ? parts[0] : "task", $0) }
    }

    private static let concurrencies = 1...10_000

    /// Model calls under way at once; nil for what suits the provider.
    func concurrency(_ environment: [String: String]) throws -> Int? {
        if let concurrency { return concurrency }
        guard let text = environment["OPTRACE_CONCURRENCY"], !text.isEmpty else { return nil }
        guard let number = Int(text), Self.concurrencies.contains(number) else {
            throw CommandError(
                "OPTRACE_CONCURRENCY is '\(text)'; expected a whole number from 1 to \(Self.concurrencies.upperBound)")
        }
        return number
    }

    func cacheMode(_ environment: [String: String]) throws -> CacheMode {
        if let cache { return cache }
        guard let text = environment["OPTRACE_CACHE"], !text.isEmpty else { return .use }
        guard let mode = CacheMode(rawValue: text) else {
            throw CommandError("OPTRACE_CACHE is '\(text)'; expected use, refresh, only or off")
        }
        return mode
    }
}

extension CacheMode: ExpressibleByArgument {}
