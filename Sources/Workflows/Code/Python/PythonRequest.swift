import TraceGraph

/// What a Python child is asked to do; see ``PythonBootstrap``.
enum PythonRequest {
    /// Run the source's top level.
    case load(CodeFunction)
    /// Call the entry point.
    case call(CodeFunction, Fields)
    /// Parse the source and look at its entry point without running anything.
    case check(CodeFunction)

    /// The request as one line.
    func line(id: Int, within limit: Duration) -> [UInt8] {
        var fields: Fields = ["id": .integer(id), "seconds": .number(max(0.001, limit.seconds))]
        switch self {
        case .load(let function):
            fields["do"] = "load"
            fields["source"] = .text(function.source)
        case .call(let function, let arguments):
            fields["do"] = "call"
            fields["entry"] = .text(function.entry.name)
            fields["arguments"] = .object(arguments)
        case .check(let function):
            fields["do"] = "check"
            fields["source"] = .text(function.source)
            fields["entry"] = .text(function.entry.name)
            fields["parameters"] = .list(
                function.entry.parameters.map { [.text($0.name), .flag($0.defaultValue != nil)] })
        }
        return Array(Value.object(fields).json.utf8) + [0x0A]
    }
}

extension CodeLimits {
    /// The limits as a Python child reads them from its argument.
    func pythonArgument(scratch: String, isSandboxed: Bool) -> String {
        var resources: Fields = [
            "RLIMIT_AS": .integer(memoryBytes),
            "RLIMIT_FSIZE": .integer(fileBytes),
            "RLIMIT_NOFILE": .integer(openFiles),
            "RLIMIT_CORE": 0,
        ]
        // Without a namespace of its own the user's other processes would count as well.
        if processes > 0, isSandboxed { resources["RLIMIT_NPROC"] = .integer(processes + 4) }
        return Value.object([
            "scratch": .text(scratch), "cpu": .integer(cpuSeconds), "resources": .object(resources),
        ]).json
    }
}

extension EntrySignature {
    /// Refuses arguments the entry point does not take, lacks, or that cannot be passed.
    ///
    /// - Throws: ``CodeError/Code/wrongArguments``.
    func accept(_ arguments: Fields) throws(CodeError) {
        for (name, value) in arguments {
            guard parameters.contains(where: { $0.name == name }) else {
                throw CodeError(.wrongArguments, "'\(self)' has no parameter '\(name)'.")
            }
            if let problem = Self.obstacle(to: value, depth: 0) {
                throw CodeError(.wrongArguments, "The argument '\(name)' of '\(self)' cannot be passed: \(problem).")
            }
        }
        for parameter in parameters where parameter.defaultValue == nil && arguments[parameter.name] == nil {
            throw CodeError(.wrongArguments, "'\(self)' needs an argument '\(parameter.name)'.")
        }
    }

    private static func obstacle(to value: Value, depth: Int) -> String? {
        guard depth < 500 else { return "it is nested deeper than 500 levels" }
        switch value {
        case .null, .flag, .integer, .text: return nil
        case .number(let number): return number.isFinite ? nil : "\(number) has no word in JSON"
        case .list(let elements): return firstObstacle(in: elements, depth: depth + 1)
        case .object(let fields): return firstObstacle(in: fields.values, depth: depth + 1)
        case .bytes: return "it holds bytes; pass a text"
        case .opaque: return "it holds a value that was only described, not kept"
        }
    }
    /// A loop, because a lazy `compactMap(_:).first` asks each element more than once: exponential in the depth.
    private static func firstObstacle(in values: [Value], depth: Int) -> String? {
        for value in values {
            if let problem = obstacle(to: value, depth: depth) { return problem }
        }
        return nil
    }
}
