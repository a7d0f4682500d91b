import Foundation
import TraceGraph

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A local model server that runs, as it is registered for all processes of the user.
public struct RunningServer: Sendable, Hashable {
    /// Its process.
    public let pid: Int
    /// Where it listens on 127.0.0.1.
    public let port: Int
    /// The path of the model file.
    public let model: String
    /// `llama-server`, or the wheel's name.
    public let engine: String
    /// Threads it computes with.
    public let threads: Int
    /// Requests it works on at once.
    public let slots: Int
    /// Tokens that a request and its reply may have.
    public let context: Int
    /// Where it writes what it has to say.
    public let log: String
    /// The process whose end ends the server; nil for one that was started to stay.
    public let owner: Int?
    /// When the process began, as the system counts; tells it from a later one with the same number.
    let begun: String?

    /// `http://127.0.0.1:PORT`
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Whether the process still exists.
    var exists: Bool { kill(pid_t(pid), 0) == 0 && Self.begin(of: pid) == begun }

    /// When process `pid` began, as the system counts; nil where the system does not tell.
    static func begin(of pid: Int) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        // Field 22 of proc(5); the name in field 2 may hold spaces.
        let fields = text[end...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : nil
    }

    var recorded: Value {
        [
            "pid": .integer(pid), "port": .integer(port), "model": .text(model), "engine": .text(engine),
            "threads": .integer(threads), "slots": .integer(slots), "context": .integer(context), "log": .text(log),
            "owner": owner.map(Value.integer) ?? .null, "begun": begun.map(Value.text) ?? .null,
        ]
    }
}

extension RunningServer {
    /// Reads what ``recorded`` wrote; nil for anything else.
    init?(_ value: Value) {
        guard let pid = value["pid"]?.integer, pid > 1, let port = value["port"]?.integer,
            let model = value["model"]?.text, let engine = value["engine"]?.text,
            let threads = value["threads"]?.integer, let slots = value["slots"]?.integer,
            let context = value["context"]?.integer, let log = value["log"]?.text
        else { return nil }
        self.init(
            pid: pid, port: port, model: model, engine: engine, threads: threads, slots: slots, context: context,
            log: log, owner: value["owner"]?.integer, begun: value["begun"]?.text)
    }
}
