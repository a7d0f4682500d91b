/// How a program is started, and how much is asked of it at once.
public struct ProgramLaunch: Sendable, Hashable {
    /// The program and its arguments.
    public var words: [String]
    /// The folder it starts in; nil for this process's own.
    public var folder: String?
    /// Its whole environment, but for what the protocol adds.
    public var environment: [String: String]
    /// Whether it is kept from the network and from all files but those it reads in ``folder``.
    public var isSandboxed: Bool
    /// Examples under way at once in one process.
    public var concurrency: Int
    /// Processes at once.
    public var processes: Int
    /// Seconds that one example may take.
    public var timeout: Double
    /// Seconds until the program has to be ready.
    public var startTimeout: Double

    /// The version of the protocol that is spoken here.
    public static let protocolVersion = 1
    /// The most bytes of one message.
    static let longestMessage = 64 << 20
    /// The bytes kept of what a program prints: the last of them.
    static let keptOutput = 16 << 10

    public init(
        words: [String], folder: String? = nil, environment: [String: String], isSandboxed: Bool = false,
        concurrency: Int = 8, processes: Int = 1, timeout: Double = 600, startTimeout: Double = 60
    ) {
        self.words = words
        self.folder = folder
        self.environment = environment
        self.isSandboxed = isSandboxed
        self.concurrency = max(1, concurrency)
        self.processes = max(1, processes)
        self.timeout = timeout
        self.startTimeout = startTimeout
    }

    /// The child's environment: what it was given, and where the protocol's pipes are.
    var childEnvironment: [String: String] {
        environment.merging([
            "OPTRACE_PROTOCOL": String(Self.protocolVersion), "OPTRACE_REQUESTS_FD": "3", "OPTRACE_REPORTS_FD": "4",
        ]) { _, own in own }
    }
}
