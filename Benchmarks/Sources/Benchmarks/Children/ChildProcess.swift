#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A child process whose time and memory the system counts.
struct ChildProcess {
    enum Output {
        case discarded
        /// Read line by line through ``ChildProcess/output``.
        case piped
    }

    /// How it ended.
    struct End {
        let status: Int32
        /// Nanoseconds of CPU time.
        let cpu: Int64
        /// Nanoseconds from its start to its end.
        let wall: Int64
        /// The most memory it had resident, bytes.
        let peak: Int
    }

    let id: pid_t
    /// The reading end of its standard output, when that is piped.
    let output: Int32?
    /// The writing end of its standard input: closing it asks the child to end.
    let input: Int32
    private let start: Int64

    /// Starts `program`, by default this one again.
    init(_ program: String = Self.ownPath, arguments: [String], output: Output) throws {
        start = CPUTime.ofWall
        let (childInput, parentInput) = try Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, childInput, STDIN_FILENO)
        posix_spawn_file_actions_addclose(&actions, parentInput)
        var ends: (read: Int32, write: Int32)?
        switch output {
        case .discarded:
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        case .piped:
            let pipe = try Self.pipe()
            posix_spawn_file_actions_adddup2(&actions, pipe.write, STDOUT_FILENO)
            posix_spawn_file_actions_addclose(&actions, pipe.read)
            ends = pipe
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var id = pid_t()
        let failure = posix_spawn(&id, program, &actions, nil, words, environ)
        close(childInput)
        if let ends { close(ends.write) }
        self.id = id
        self.output = ends?.read
        self.input = parentInput
        guard failure == 0 else {
            throw BenchmarkError("\(program) cannot be started: \(String(cString: strerror(failure)))")
        }
    }

    /// Waits for its end, after asking for it.
    func end() throws -> End {
        close(input)
        defer { if let output { close(output) } }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(id, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw BenchmarkError("the child process cannot be waited for") }
        }
        let wall = CPUTime.ofWall - start
        #if os(Linux)
            let scale = 1024
        #else
            let scale = 1
        #endif
        return End(
            status: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F),
            cpu: Self.nanoseconds(usage.ru_utime) + Self.nanoseconds(usage.ru_stime), wall: wall,
            peak: Int(usage.ru_maxrss) * scale)
    }

    /// The next line of its output, without the line break; nil at the end.
    func line() -> String? {
        guard let output else { return nil }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// The file of the program that runs.
    static var ownPath: String {
        #if os(Linux)
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
            if count > 0 { return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) }
        #endif
        return CommandLine.arguments[0]
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard systemPipe(&ends) == 0 else { throw BenchmarkError("no pipe can be made") }
        // Not for other children: a server would never see its input end.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func nanoseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1000
    }
}
