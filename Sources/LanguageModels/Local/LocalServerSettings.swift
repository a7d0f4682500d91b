/// How a local model server is run.
public struct LocalServerSettings: Sendable, Hashable {
    /// Threads that compute. Default: the machine's cores; `OPTRACE_LOCAL_THREADS`.
    public var threads: Int
    /// Requests answered at the same time. Default 4; `OPTRACE_LOCAL_SLOTS`.
    public var slots: Int
    /// Tokens of prompt and reply together, for each slot. Default 4096; `OPTRACE_LOCAL_CONTEXT`.
    public var context: Int
    /// Whether the server keeps the common beginning of prompts between requests, which is much faster.
    ///
    /// At temperature 0 replies repeat exactly only without it, and with one request at a time (`slots` 1). Default
    /// true; `OPTRACE_LOCAL_CACHE_PROMPT=0` turns it off.
    public var cachesPrompts: Bool

    public init(threads: Int, slots: Int = 4, context: Int = 4096, cachesPrompts: Bool = true) {
        self.threads = threads
        self.slots = slots
        self.context = context
        self.cachesPrompts = cachesPrompts
    }

    /// The settings that `environment` gives.
    ///
    /// - Parameter cores: The machine's cores.
    /// - Throws: ``ModelError/Code/setting`` naming the variable that is not what it should be.
    public init(environment: [String: String], cores: Int) throws(ModelError) {
        func count(_ name: String, _ standard: Int) throws(ModelError) -> Int {
            guard let text = environment[name], !text.isEmpty else { return standard }
            guard let count = Int(text), (1...1_000_000).contains(count) else {
                throw ModelError(.setting, "\(name) must be a whole number, 1 or more")
            }
            return count
        }
        threads = try count("OPTRACE_LOCAL_THREADS", max(1, cores))
        slots = try count("OPTRACE_LOCAL_SLOTS", 4)
        context = try count("OPTRACE_LOCAL_CONTEXT", 4096)
        switch environment["OPTRACE_LOCAL_CACHE_PROMPT"] ?? "" {
        case "", "1", "true", "yes": cachesPrompts = true
        case "0", "false", "no": cachesPrompts = false
        default: throw ModelError(.setting, "OPTRACE_LOCAL_CACHE_PROMPT must be 0 or 1")
        }
    }
}
