import Testing

@testable import LanguageModels

@Suite struct ServerSentEventsTests {
    static let streams: [(String, [ServerSentEvent])] = [
        ("data: one\n\ndata: two\n\n", [.init(data: "one"), .init(data: "two")]),
        ("data: a\r\ndata: b\r\n\r\n", [.init(data: "a\nb")]),
        ("data: a\rdata: b\r\r", [.init(data: "a\nb")]),
        (": a comment\n\ndata:x\n\n", [.init(data: "x")]),
        ("event: ping\ndata: {}\n\n", [.init(event: "ping", data: "{}")]),
        ("event: lonely\n\ndata: x\n\n", [.init(data: "x")]),
        ("data\n\n", [.init(data: "")]),
        ("data:  two spaces\n\n", [.init(data: " two spaces")]),
        ("\u{FEFF}data: after the mark\n\n", [.init(data: "after the mark")]),
        ("id: 7\ndata: x\n\ndata: y\n\n", [.init(data: "x", id: "7"), .init(data: "y", id: "7")]),
        ("id: a\0b\nretry: 10\nodd: 1\ndata: x\n\n", [.init(data: "x")]),
        ("data: Grüße 👩‍👩‍👧 ≤\n\n", [.init(data: "Grüße 👩‍👩‍👧 ≤")]),
        ("data: unfinished", []),
        ("data: no blank line\n", []),
        ("\r\n\r\n\r\ndata: late\r\n\r\n", [.init(data: "late")]),
        ("data: mixed\r\n\ndata: ends\n\r\n", [.init(data: "mixed"), .init(data: "ends")]),
    ]

    @Test(arguments: streams)
    func readsStream(text: String, events: [ServerSentEvent]) {
        var reader = ServerSentEvents()
        #expect(reader.consume(Array(text.utf8)) == events)
    }

    @Test(arguments: streams)
    func chunkingNeverMatters(text: String, events: [ServerSentEvent]) {
        let bytes = Array(text.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var reader = ServerSentEvents()
                var found = reader.consume(Array(bytes[..<first]))
                found += reader.consume(Array(bytes[first..<second]))
                found += reader.consume(Array(bytes[second...]))
                #expect(found == events, "cut at \(first) and \(second)")
            }
        }
        var reader = ServerSentEvents()
        #expect(bytes.flatMap { reader.consume([$0]) } == events)
    }

    @Test func anyBytesCutAnywhereGiveTheSameEvents() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("\r\n\n:d ".utf8) + Array("data:".utf8) + [0xC3, 0xBC, 0xFF, 0x00]
        for _ in 0..<300 {
            let bytes = (0..<60).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            var whole = ServerSentEvents()
            let expected = whole.consume(bytes)
            var reader = ServerSentEvents()
            var found: [ServerSentEvent] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...7, using: &generator)
                found += reader.consume(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(found == expected, "\(bytes)")
        }
    }
}
