import LanguageModels
import TraceGraph

/// A node as a program reports it; see `docs/protocol.md`.
struct ProgramNode: Sendable {
    enum Kind: Sendable {
        /// An input of the run, by name.
        case input
        /// A parameter, by name.
        case parameter
        /// A value that stood in the program.
        case constant
        case operation
        /// An operation that threw.
        case failure
    }

    /// The program's number for it, from 0 on without gaps within a run.
    var number: Int
    var kind: Kind
    /// What the node is called.
    var name: String
    var operation: Operation
    var inputs: [(name: String, number: Int)]
    var value: Value
    /// The program's number for the scope around it.
    var scope: Int?
    /// Nanoseconds since the program was given the run.
    var start: Int64
    var duration: Int64
    /// The numbers of the model calls made in it.
    var calls: [Int]
}

/// What a failure node says, as the program reported it.
struct ProgramFailure: Sendable {
    var type: String
    var message: String
    var marked: String?

    var error: ProgramError {
        ProgramError(.failed, message, typeName: type.isEmpty ? "Error" : type, detail: marked)
    }
}

/// A question to a model that a program hands to Optrace.
struct ProgramCall: Sendable {
    var number: Int
    var model: String
    var messages: [ChatMessage]
    /// Temperature and the like, as in a prompt step.
    var settings: Fields
    /// Which of several independent replies is meant, from 0; nil for the next one of equal calls.
    var sample: Int?
}

/// One message about a run, after the greeting.
enum ProgramMessage: Sendable {
    case node(run: Int, ProgramNode, ProgramFailure?)
    case scope(run: Int, number: Int, name: String, parent: Int?)
    case call(run: Int, ProgramCall)
    /// The run ended with this node as its output.
    case output(run: Int, node: Int)
    /// The run ended in a failure, at this node when it has one.
    case failed(run: Int, node: Int?, ProgramFailure)

    /// What is wrong with a message, in words.
    struct Fault: Error {
        var what: String
    }

    /// - Throws: ``Fault``.
    init(_ message: Value) throws(Fault) {
        guard let fields = message.object, let type = fields["type"]?.text else {
            throw Fault(what: "a message has no type")
        }
        guard let run = fields["run"]?.integer else { throw Fault(what: "a message of type '\(type)' names no run") }
        switch type {
        case "node":
            self = .node(run: run, try ProgramNode(fields), nil)
        case "failure":
            var node = try ProgramNode(fields)
            let failure = ProgramFailure(fields["error"] ?? .null)
            node.kind = .failure
            node.value = .text(FailureWords.whole(failure))
            self = .node(run: run, node, failure)
        case "scope":
            guard let number = fields["scope"]?.integer, let name = fields["name"]?.text else {
                throw Fault(what: "a scope has no number or no name")
            }
            self = .scope(run: run, number: number, name: name, parent: fields["parent"]?.integer)
        case "call": self = .call(run: run, try ProgramCall(fields))
        case "output":
            guard let node = fields["node"]?.integer else { throw Fault(what: "an output names no node") }
            self = .output(run: run, node: node)
        case "failed":
            self = .failed(run: run, node: fields["node"]?.integer, ProgramFailure(fields["error"] ?? .null))
        default: throw Fault(what: "there is no message of type '\(type)'")
        }
    }
}

enum FailureWords {
    /// As a failure node shows it.
    static func whole(_ failure: ProgramFailure) -> String {
        let line = "(\(failure.type.isEmpty ? "Error" : failure.type)) \(failure.message)"
        return failure.marked.map { "\(line)\n\($0)" } ?? line
    }
}

extension ProgramFailure {
    /// `{"type", "message"}`, with `"source"` and `"line"` where the failing line is known, or `"detail"`.
    init(_ error: Value) {
        type = error["type"]?.text ?? ""
        message = error["message"]?.plainText ?? ""
        marked = error["detail"]?.text
        if let source = error["source"]?.text, let line = error["line"]?.integer {
            marked = MarkedSource.rendering(of: source, line: line)
        }
    }
}

extension ProgramNode {
    fileprivate init(_ fields: Fields) throws(ProgramMessage.Fault) {
        guard let number = fields["node"]?.integer, let name = fields["name"]?.text else {
            throw ProgramMessage.Fault(what: "a node has no number or no name")
        }
        self.number = number
        self.name = name
        switch fields["kind"]?.text {
        case nil, "operation": kind = .operation
        case "failure": kind = .failure
        case "input": kind = .input
        case "parameter": kind = .parameter
        case "constant": kind = .constant
        case .some(let other): throw ProgramMessage.Fault(what: "there is no kind of node '\(other)'")
        }
        operation = Operation(
            name: fields["operation"]?.text ?? name, documentation: fields["doc"]?.text ?? "",
            location: fields["location"]?.text ?? "")
        inputs = []
        for (argument, value) in fields["inputs"]?.object ?? Fields() {
            guard let number = value.integer else {
                throw ProgramMessage.Fault(what: "the input '\(argument)' of '\(name)' is no number of a node")
            }
            inputs.append((argument, number))
        }
        value = fields["value"] ?? .null
        scope = fields["scope"]?.integer
        start = try Self.time("start", of: name, fields)
        duration = try Self.time("duration", of: name, fields)
        calls = fields["calls"]?.list?.compactMap(\.integer) ?? []
    }
}

extension ProgramNode {
    /// Eighteen years in nanoseconds: sums of a few of them are still numbers.
    private static let longest = Int64(1) << 59

    private static func time(
        _ field: String, of name: String, _ fields: Fields
    ) throws(ProgramMessage.Fault) -> Int64 {
        let time = Int64(fields[field]?.integer ?? 0)
        guard (0...longest).contains(time) else {
            throw ProgramMessage.Fault(what: "the \(field) of '\(name)' is \(time), which is no time in nanoseconds")
        }
        return time
    }
}

extension ProgramCall {
    /// As a program writes it.
    var written: Value {
        var fields: Fields = [
            "call": .integer(number), "model": .text(model), "settings": .object(settings),
            "messages": .list(
                messages.map { ["role": .text($0.role.rawValue), "content": .text($0.content)] }),
        ]
        fields["sample"] = sample.map(Value.integer)
        return .object(fields)
    }

    init(_ fields: Fields) throws(ProgramMessage.Fault) {
        guard let number = fields["call"]?.integer else { throw ProgramMessage.Fault(what: "a call has no number") }
        self.number = number
        model = fields["model"]?.text ?? "task"
        settings = fields["settings"]?.object ?? Fields()
        if let told = fields["sample"], !told.isNull {
            guard let sample = told.integer, sample >= 0 else {
                throw ProgramMessage.Fault(what: "the sample of a call is \(told.json), expected a whole number from 0")
            }
            self.sample = sample
        }
        messages = []
        for message in fields["messages"]?.list ?? [] {
            guard let role = message["role"]?.text.flatMap(ChatMessage.Role.init(rawValue:)),
                let content = message["content"]?.text
            else { throw ProgramMessage.Fault(what: "a message of a call needs a role and a text as its content") }
            messages.append(ChatMessage(role, content))
        }
        guard !messages.isEmpty else { throw ProgramMessage.Fault(what: "a call has no messages") }
    }
}
