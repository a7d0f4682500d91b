import Testing
import TraceGraph

@Suite("Operations on texts")
struct TextOperationTests {
    let texts = ["", " ", "a", " a b ", "\r\nx\r\n", "e\u{301}é", "👩‍👩‍👧‍👦,🇩🇪", "a,,b,", "AÄ ß", "line\n\nline"]

    @Test("give what the plain operations give")
    func results() {
        for text in texts {
            for other in texts {
                let x = Traced(text, name: "x"), y = Traced(other, name: "y")
                #expect((x + y).value == text + other)
                #expect(x.contains(y).value == text.contains(other))
                #expect(x.hasPrefix(other).value == text.hasPrefix(other))
                #expect(x.hasSuffix(y).value == text.hasSuffix(other))
                #expect(x.replacing(y, with: "-").value == text.replacing(other, with: "-"))
                #expect(x.replacing(other, with: text).value == text.replacing(other, with: text))
                #expect(x.split(separator: y).value == text.split(separator: other).map(String.init))
                #expect((x < y).value == (text < other))
                #expect((x == other).value == (text == other))
            }
            let x = Traced(text, name: "x")
            #expect(x.uppercased().value == text.uppercased())
            #expect(x.lowercased().value == text.lowercased())
            #expect(x.count.value == text.count)
            #expect(x.isEmpty.value == text.isEmpty)
            #expect(x.first.value == text.first)
            #expect(x.last.value == text.last)
            #expect(x.lines().value.joined(separator: "\n") == text.replacing("\r\n", with: "\n"))
            #expect(x.words().value.joined() == String(text.filter { !$0.isWhitespace }))
            let trimmed = x.trimmed().value
            #expect(trimmed.first?.isWhitespace != true && trimmed.last?.isWhitespace != true)
            #expect(text.contains(trimmed))
            #expect(trimmed.filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
        }
    }

    @Test("slices count characters, and places outside the text are failures")
    func slices() throws {
        for text in texts {
            let x = Traced(text, name: "x")
            let characters = Array(text)
            for start in -1...(characters.count + 1) {
                for end in -1...(characters.count + 1) {
                    let slice = try? x.slice(from: .constant(start), to: .constant(end)).value
                    let isInside = 0 <= start && start <= end && end <= characters.count
                    #expect(slice == (isInside ? String(characters[start..<end]) : nil))
                    if 0 <= start, start <= end {
                        #expect((try? x[start..<end].value) == slice)
                        #expect(
                            (try? x[start...end].value)
                                == (end < characters.count ? String(characters[start...end]) : nil))
                    }
                }
                if start >= 0 {
                    #expect(
                        (try? x[start...].value) == (start <= characters.count ? String(characters[start...]) : nil))
                    #expect(
                        (try? x[..<start].value) == (start <= characters.count ? String(characters[..<start]) : nil))
                }
                #expect(x.prefix(.constant(start)).value + x.dropFirst(.constant(start)).value == text)
                #expect(x.dropLast(.constant(start)).value + x.suffix(.constant(start)).value == text)
            }
            #expect(throws: OperationError.self) { try x[0...Int.max] }
            #expect(throws: OperationError.self) { try x[Int.max...] }
        }
    }

    @Test("a traced value in a text that is added keeps its origin")
    func origins() async throws {
        let trace = await Trace.record {
            let name = Traced("Ann", name: "name")
            var text = "Dear " + name + "\(name), "
            text += "\(name)"
            return text
        }
        #expect(trace.result?.value == "Dear AnnAnn, Ann")
        let formats = trace.nodes.filter { $0.base == "format" }
        #expect(formats.map { $0.inputs.map { trace[$0.node].name } } == [["name:0"], ["name:0"]])
    }

    @Test("what a text says is read, or the failure does not show it")
    func reading() async throws {
        #expect(try Traced(" 12\n", name: "x").integer().value == 12)
        #expect(try Traced(" 1.5e3\n", name: "x").number().value == 1500)
        #expect(try Traced(" {\"a\": [1, null]}\n", name: "x").json().value == ["a": [1, nil]])
        let trace = await Trace.record { try Traced("a secret", name: "x").integer() }
        let failure = try #require(trace.result)
        #expect(failure.base == "integer")
        #expect(failure.value.text?.contains("secret") == false)
        #expect(await Trace.record { try Traced("{", name: "x").json() }.error is JSONError)
    }

    @Test("fields and elements of a JSON value are read by name and place, as what they are")
    func fields() async throws {
        let trace = await Trace.record {
            let value = Traced<Value>(["name": "n", "list": [1, 2.5, true]], name: "reply")
            let key = Traced("list", name: "key"), place = 1
            return try gather(
                value["name"].text(), value[key][0].integer(), value["list"][place].number(), value[key][2].flag(),
                value[key].list().count)
        }
        #expect(trace.error == nil)
        #expect(trace.nodes.last?.inputs.map(\.name) == ["text", "integer", "number", "flag", "count"])
        func code(_ body: @Sendable (Traced<Value>) throws -> Traced<Value>) async -> OperationError.Code? {
            (await Trace.record { try body(Traced(["a": [1]], name: "x")) }.error as? OperationError)?.code
        }
        #expect(await code { try $0["b"] } == .missing)
        #expect(await code { try $0["a"]["b"] } == .wrongKind)
        #expect(await code { try $0["a"][1] } == .outOfRange)
        #expect(await code { try $0["a"][-1] } == .outOfRange)
        #expect(await code { try $0[0] } == .wrongKind)
        #expect(throws: OperationError.self) { try Traced<Value>("x", name: "x").integer() }
    }
}
