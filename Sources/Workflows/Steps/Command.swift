import CProcess
import Subprocess
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One run of a program, without a shell, in a process group of its own.
struct Command: Sendable {
    /// The program and its arguments.
    var words: [String]
    /// What it reads from its standard input.
    var input: String
    var timeout: Duration
    /// All of its environment.
    var environment: [String: String]
    /// Ends it when this process is killed.
    var warden = Warden()

    /// The most bytes of output that are kept.
    static let mostOutput = 16 << 20
    /// The most characters of error output that a failure shows.
    static let shownError = 2000

    /// What the program wrote to its standard output.
    ///
    /// - Throws: ``WorkflowError``; `CancellationError` when the task was cancelled, after all that the program started
    ///   was killed.
    func output() async throws -> String {
        try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { try await run() }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let output = try await group.next() ?? nil else {
                group.cancelAll()
                // The program's task ends once its process group is dead.
                while let _ = await group.nextResult() {}
                try Task.checkCancellation()
                throw WorkflowError(.commandTimeout, "\(words[0]) ran longer than \(timeout) and was killed")
            }
            return output
        }
    }

    private func run() async throws -> String {
        guard let program = words.first, !program.isEmpty else {
            throw WorkflowError(.commandNotFound, "the command names no program")
        }
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let descriptor = try inputFile()
        defer { close(descriptor) }
        guard let file = Self.file(FileDescriptorInput.fileDescriptor, descriptor) else {
            throw WorkflowError(.commandFailed, "\(program) could not be given its input")
        }
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        let group = Mutex<pid_t?>(nil)
        defer { group.withLock { $0.map(warden.leave) } }
        do {
            result = try await Subprocess.run(
                program.contains("/") ? Self.executable(Executable.path, at: program) : .name(program),
                arguments: Arguments(Array(words.dropFirst())),
                environment: .custom(variables), platformOptions: options, input: file,
                output: .string(limit: Self.mostOutput), error: .string(limit: Self.mostOutput)
            ) { execution in
                let process = execution.processIdentifier.value
                try warden.watch(process)
                group.withLock { $0 = process }
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Self.failure(error, program: program)
        }
        try Task.checkCancellation()
        guard result.terminationStatus.isSuccess else {
            let ending =
                switch result.terminationStatus {
                case .exited(let status): "ended with status \(status)"
                case .signaled(let signal): "was ended by signal \(signal)"
                }
            let complaint = result.standardError.suffix(Self.shownError)
            throw WorkflowError(
                .commandFailed, "\(program) \(ending)", detail: complaint.isEmpty ? nil : String(complaint))
        }
        return result.standardOutput
    }

    /// The input as a file. A program need not read it: writing to one that is gone is an error that Subprocess does not
    /// survive.
    private func inputFile() throws -> CInt {
        var input = input
        var descriptor: CInt = -1
        let error = input.withUTF8 { cprocess_file($0.baseAddress, $0.count, &descriptor) }
        guard error == 0 else {
            throw WorkflowError(
                .commandFailed, "the input of \(words[0]) could not be kept: \(String(cString: strerror(error)))")
        }
        return descriptor
    }

    /// The open file as an input: the descriptor's own type is not ours to import.
    private static func file<Descriptor: RawRepresentable>(
        _ make: (Descriptor, Bool) -> FileDescriptorInput, _ descriptor: CInt
    ) -> FileDescriptorInput? where Descriptor.RawValue == CInt {
        Descriptor(rawValue: descriptor).map { make($0, false) }
    }

    /// The executable at a path: the path's own type is not ours to import.
    private static func executable<Path: ExpressibleByStringLiteral>(
        _ make: (Path) -> Executable, at path: String
    ) -> Executable where Path.StringLiteralType == String {
        make(Path(stringLiteral: path))
    }

    private static func failure(_ error: SubprocessError, program: String) -> WorkflowError {
        switch error.code {
        case .executableNotFound: WorkflowError(.commandNotFound, "there is no program '\(program)'")
        case .outputLimitExceeded:
            WorkflowError(.tooMuchOutput, "\(program) wrote more than \(mostOutput >> 20) MiB")
        default: WorkflowError(.commandFailed, "\(program) could not be run: \(error)")
        }
    }
}
