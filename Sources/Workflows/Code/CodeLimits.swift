/// How much a piece of code may use before it is stopped.
public struct CodeLimits: Sendable, Hashable {
    /// Wall-clock time of one call, and of running the top level of a source once.
    public var wallTime: Duration
    /// CPU time of one call in seconds, over all threads of the child; whole seconds, checked at that grain.
    public var cpuSeconds: Int
    /// Address space of a child in bytes.
    public var memoryBytes: Int
    /// Size of one file, and of the whole scratch folder inside a sandbox, in bytes.
    public var fileBytes: Int
    /// Child processes the code may start: none, or up to this many where the system counts them for the user.
    public var processes: Int
    /// Open files of a child.
    public var openFiles: Int
    /// What is kept of the text a call prints, in bytes; the rest is dropped.
    public var keptOutputBytes: Int
    /// What a call may print before it is stopped, in bytes.
    public var outputBytes: Int
    /// The size of a result as JSON, in bytes.
    public var resultBytes: Int
    /// Wall-clock time a child may take to start, before any of the code runs.
    public var startTime: Duration

    /// 10 s of wall-clock time, 10 s of CPU, 512 MiB of memory, 16 MiB of files, no processes, 64 open files,
    /// 64 KiB of kept and 16 MiB of allowed output, results up to 16 MiB, 30 s to start.
    public init(
        wallTime: Duration = .seconds(10), cpuSeconds: Int = 10, memoryBytes: Int = 512 << 20,
        fileBytes: Int = 16 << 20, processes: Int = 0, openFiles: Int = 64, keptOutputBytes: Int = 64 << 10,
        outputBytes: Int = 16 << 20, resultBytes: Int = 16 << 20, startTime: Duration = .seconds(30)
    ) {
        self.wallTime = wallTime
        self.cpuSeconds = cpuSeconds
        self.memoryBytes = memoryBytes
        self.fileBytes = fileBytes
        self.processes = processes
        self.openFiles = openFiles
        self.keptOutputBytes = keptOutputBytes
        self.outputBytes = outputBytes
        self.resultBytes = resultBytes
        self.startTime = startTime
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
