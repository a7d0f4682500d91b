/// One event of a `text/event-stream`.
public struct ServerSentEvent: Sendable, Hashable {
    /// `message` unless the stream names another.
    public var event: String
    /// The data lines, joined by line feeds.
    public var data: String
    /// The last id the stream gave, in this event or before; empty when it gave none.
    public var id: String

    public init(event: String = "message", data: String, id: String = "") {
        self.event = event
        self.data = data
        self.id = id
    }
}

/// Reads a `text/event-stream` that arrives in any pieces (WHATWG HTML, "Server-sent events", §9.2.6).
///
/// How the bytes are cut never matters: inside a character, between CR and LF, in the middle of a field name. An event
/// counts once its blank line is there; what follows the last blank line is not an event.
public struct ServerSentEvents: Sendable {
    private var lines = LineSplitter()
    private var isFirstLine = true
    private var event = ""
    private var data: [UInt8]?
    private var id = ""

    public init() {}

    /// The events that `bytes` completes.
    ///
    /// - Complexity: O(length of `bytes` and of what was begun before).
    public mutating func consume(_ bytes: [UInt8]) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        // Taken out while its lines are read, so that neither copy of it forces the other to be made.
        var lines = LineSplitter()
        swap(&lines, &self.lines)
        lines.consume(bytes) { line in
            if let event = read(line) { events.append(event) }
        }
        self.lines = lines
        return events
    }

    private mutating func read(_ line: ArraySlice<UInt8>) -> ServerSentEvent? {
        var line = line
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        }
        guard !line.isEmpty else { return dispatch() }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line[name.endIndex...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        if name.elementsEqual("data".utf8) {
            if data == nil {
                data = Array(value)
            } else {
                data?.append(0x0A)
                data?.append(contentsOf: value)
            }
        } else if name.elementsEqual("event".utf8) {
            event = String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("id".utf8), !value.contains(0) {
            id = String(decoding: value, as: UTF8.self)
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            event = ""
            data = nil
        }
        guard let data else { return nil }
        return ServerSentEvent(
            event: event.isEmpty ? "message" : event, data: String(decoding: data, as: UTF8.self), id: id)
    }
}
