import Testing
import TraceGraph

@Suite("Value: JSON")
struct ValueJSONTests {
    @Test("writing and reading give back the value, in all three spellings")
    func roundTrip() throws {
        var random = TestRandom(1)
        for _ in 0..<2_000 {
            let value = Value.generated(using: &random)
            #expect(try Value(json: value.json) == value)
            #expect(try Value(json: value.canonicalJSON) == value)
            #expect(try Value(json: value.prettyJSON) == value)
        }
    }

    @Test("equal values have the same canonical JSON and hash, whatever the order of their fields")
    func canonical() {
        var random = TestRandom(2)
        for _ in 0..<500 {
            guard case .object(let fields) = Value.generated(using: &random) else { continue }
            let shuffled = Value.object(Fields(fields.shuffled(using: &random).map { ($0.name, $0.value) }))
            #expect(shuffled == .object(fields))
            #expect(shuffled.canonicalJSON == Value.object(fields).canonicalJSON)
            #expect(shuffled.hashValue == Value.object(fields).hashValue)
        }
    }

    @Test("whole numbers and numbers stay apart")
    func numbers() throws {
        #expect(try Value(json: "7") == .integer(7))
        #expect(try Value(json: "7.0") == .number(7))
        #expect(try Value(json: "1e2") == .number(100))
        #expect(Value.number(7).json == "7.0")
        #expect(try Value(json: "9223372036854775808") == .number(9.223372036854775808e18))
        #expect(Value.number(.nan).json == "null")
    }

    @Test("any sign at any place of a text is written as JSON wants it and read back")
    func signs() throws {
        for code in UInt32(0)..<0x120 {
            let sign = String(Character(try #require(Unicode.Scalar(code))))
            for place in 0..<18 {
                let text = String(repeating: "a", count: place) + sign + String(repeating: "é", count: 17 - place)
                let json = Value.text(text).json
                #expect(try Value(json: json) == .text(text))
                #expect(try Value(json: Value.text(text).jsonBytes) == .text(text))
                #expect(json.utf8.allSatisfy { $0 >= 0x20 })
                #expect(json.utf8.filter { $0 == UInt8(ascii: "\"") }.count == (sign == "\"" ? 3 : 2))
            }
        }
    }

    @Test("escapes, surrogate pairs and lone surrogates are read")
    func escapes() throws {
        #expect(try Value(json: #""\u00e9\ud83d\ude00\n""#) == .text("é😀\n"))
        #expect(try Value(json: #""\ud83dx""#) == .text("\u{FFFD}x"))
        #expect(try Value(json: #""\ud83d\u0041""#) == .text("\u{FFFD}A"))
    }

    @Test(
        "what is not JSON is refused with the place",
        arguments: [
            ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("{\"a\":1,}", 1, 8), ("01", 1, 1), ("1.", 1, 3), ("tru", 1, 1),
            ("\"a", 1, 3), ("\"\u{1}\"", 1, 2), ("{\n  \"a\" 1}", 2, 7), ("1 2", 1, 3), ("\"\\x\"", 1, 3), ("-", 1, 2),
            ("1e999", 1, 1), ("'a'", 1, 1),
        ])
    func refused(text: String, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try Value(json: text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test("neither depth nor damage stops the reader")
    func hostile() {
        #expect(throws: JSONError.self) { try Value(json: String(repeating: "[", count: 1_000_000)) }
        var random = TestRandom(3)
        for _ in 0..<3_000 {
            var bytes = Array(Value.generated(using: &random).json.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do throws(JSONError) {
                let value = try Value(json: bytes)
                #expect((try? Value(json: value.json)) == value)
            } catch {
                #expect(error.offset <= bytes.count)
            }
        }
    }
}
