import TraceGraph

/// What a Python child answered, read with suspicion: the code shares its process.
struct PythonReply {
    private let fields: Fields
    private let printed: String

    /// - Throws: ``CodeError/Code/protocolViolation`` for anything but a reply to the request `id`.
    init(_ reply: WorkerReply, id: Int) throws(CodeError) {
        let printed = String(decoding: reply.printed, as: UTF8.self)
        let value: Value
        do throws(JSONError) {
            value = try Value(json: reply.line)
        } catch {
            throw Self.violation("what came back is not JSON", printed)
        }
        guard let fields = value.object else { throw Self.violation("what came back is not a reply", printed) }
        guard fields["id"] == .integer(id) else { throw Self.violation("a reply to no request came back", printed) }
        guard fields["value"] != nil || fields["error"]?.object != nil else {
            throw Self.violation("what came back holds neither a value nor an error", printed)
        }
        self.fields = fields
        self.printed = printed
    }

    private static func violation(_ what: String, _ printed: String) -> CodeError {
        CodeError(
            .protocolViolation, "The code wrote into the channel its result is returned through: \(what).",
            printed: printed)
    }

    /// False when the child ended itself, or when the code left threads running.
    var leavesWorkerUsable: Bool {
        let kind = fields["error"]?["kind"]?.text
        return fields["leftover"] != .flag(true) && kind != "timeout" && kind != "cpu"
    }

    /// The value, or the error as one about `function`.
    func result(in function: CodeFunction, limits: CodeLimits, within limit: Duration) throws(CodeError) -> CodeReply {
        guard let error = fields["error"]?.object else {
            return CodeReply(value: fields["value"] ?? .null, printed: printed)
        }
        let message = error["message"]?.text ?? ""
        let entry = function.entry
        switch error["kind"]?.text {
        case "syntax":
            throw located(.syntax, message, error, function, typeName: error["name"]?.text ?? "SyntaxError")
        case "entry":
            let defined = (error["defined"]?.list ?? []).compactMap(\.text)
            let found =
                error["found"] == .flag(true)
                ? "defines '\(entry.name)', but not as a function" : "does not define '\(entry.name)'"
            let others = defined.isEmpty ? "it defines no function" : "it defines \(defined.joined(separator: ", "))"
            throw located(.missingEntry, "The code \(found); \(others). It must define \(entry).", error, function)
        case "parameters":
            throw located(
                .wrongParameters, "'\(entry.name)' must be callable as \(entry): \(message).", error, function)
        case "unfit":
            throw located(
                .badResult,
                "'\(entry.name)' returned \(message). Return null, bool, int, float, str, list or dict.", error,
                function)
        case "timeout":
            throw located(.timeout, WorkerFailure.timeoutMessage(limit), error, function)
        case "cpu":
            throw located(
                .processorTime, "The code used more than \(limits.cpuSeconds) s of CPU time and was stopped.", error,
                function)
        default:
            throw located(.raised, message, error, function, typeName: error["name"]?.text ?? "Exception")
        }
    }

    private func located(
        _ code: CodeError.Code, _ message: String, _ error: Fields, _ function: CodeFunction, typeName: String? = nil
    ) -> CodeError {
        let line = error["line"]?.integer.flatMap { $0 >= 1 ? $0 : nil }
        return CodeError(
            code, message, typeName: typeName, line: line,
            markedSource: line.flatMap { MarkedSource.rendering(of: function.source, line: $0) }, printed: printed)
    }
}

extension WorkerFailure {
    static func timeoutMessage(_ limit: Duration) -> String {
        "The code did not finish within \(limit) and was stopped."
    }

    /// The failure as an error of the code that ran.
    func error(within limit: Duration, limits: CodeLimits) -> CodeError {
        let printed = String(decoding: printed, as: UTF8.self)
        switch reason {
        case .notStarted(let error):
            return error
        case .timeout:
            return CodeError(.timeout, Self.timeoutMessage(limit), printed: printed)
        case .ended(let exitCode) where exitCode > 128:
            return CodeError(
                .exited, "The code's process was killed by signal \(exitCode - 128).", printed: printed)
        case .ended(let exitCode):
            return CodeError(.exited, "The code ended its own process with status \(exitCode).", printed: printed)
        case .tampered(let what):
            return CodeError(
                .protocolViolation, "The code wrote into the channel its result is returned through: \(what).",
                printed: printed)
        case .tooMuchOutput:
            return CodeError(
                .tooMuchOutput, "The code printed more than \(limits.outputBytes) bytes and was stopped.",
                printed: printed)
        case .stale, .interrupted:
            return CodeError(.exited, "The code's process was ended from outside.", printed: printed)
        }
    }
}
