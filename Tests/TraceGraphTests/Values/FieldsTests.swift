import Testing
import TraceGraph

@Suite("Fields")
struct FieldsTests {
    @Test("behave like a dictionary that remembers the order of first appearance")
    func model() {
        var random = TestRandom(4)
        for _ in 0..<300 {
            var fields = Fields()
            var model: [String: Value] = [:]
            var order: [String] = []
            for _ in 0..<Int.random(in: 0..<60, using: &random) {
                let name = "f\(Int.random(in: 0..<30, using: &random))"
                let value: Value? = Bool.random(using: &random) ? .integer(Int.random(in: 0..<9, using: &random)) : nil
                if model[name] == nil, value != nil { order.append(name) }
                if value == nil { order.removeAll { $0 == name } }
                model[name] = value
                fields[name] = value
            }
            #expect(fields.names == order)
            #expect(Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) }) == model)
            for name in 0..<30 { #expect(fields["f\(name)"] == model["f\(name)"]) }
        }
    }
}
