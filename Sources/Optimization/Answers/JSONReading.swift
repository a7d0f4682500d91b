import TraceGraph

/// Finds the answer's objects in a reply, with prose and fences around them.
enum JSONReading {
    private static let containers: Set<String> = ["suggestion", "suggestions", "variables", "values"]
    private static let reasons: Set<String> = ["reasoning", "reason", "explanation", "rationale", "analysis"]
    /// How often reading is begun anew behind a brace that led nowhere; keeps the whole linear.
    private static let attempts = 64

    /// - Complexity: O(bytes of `text`).
    static func read(_ text: String, isKnown: (String) -> Bool) -> AnswerReading {
        let bytes = Array(text.utf8)
        var reading = AnswerReading()
        var position = 0
        var left = attempts
        while left > 0, let start = objectStart(in: bytes, from: position) {
            var reader = LooseJSON(bytes, from: start)
            do {
                let value = try reader.value()
                position = max(reader.position, start + 1)
                if let fields = value?.object {
                    let found = interpret(fields, isKnown: isKnown)
                    reading.merge(found)
                    if !found.isEmpty {
                        reading.remarks += reader.repairs.sorted().map { "mended \($0) in the JSON" }
                    }
                }
                if reader.isTruncated { reading.isTruncated = true }
            } catch {
                // No JSON from this brace on; the next one may begin some.
                left -= 1
                position = start + 1
            }
        }
        return reading
    }

    /// The next brace that a field name or the end of the object follows: not those of `{{placeholder}}`.
    private static func objectStart(in bytes: [UInt8], from position: Int) -> Int? {
        var index = position
        var brace: Int?
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "{") {
                brace = index
            } else if let start = brace, !(byte == 0x20 || (0x09...0x0D).contains(byte)) {
                if byte == UInt8(ascii: "\"") { return start }
                brace = nil
            }
            index += 1
        }
        return nil
    }

    private static func interpret(_ fields: Fields, isKnown: (String) -> Bool) -> AnswerReading {
        var reading = AnswerReading()
        var rest: [(String, Value)] = []
        for (name, value) in fields {
            let key = name.lowercased()
            if reasons.contains(key), !isKnown(name) {
                if let text = value.text { reading.reasoning = text }
            } else if containers.contains(key), !isKnown(name) || value.object != nil {
                read(container: value, into: &reading)
            } else {
                rest.append((name, value))
            }
        }
        if reading.pairs.isEmpty, let pair = namedPair(fields) {
            reading.pairs.append(pair)
        } else if reading.pairs.isEmpty, !reading.isStop {
            // Without the wrapping object around them, only names that are known are taken for variables.
            reading.pairs += rest.filter { isKnown($0.0) }.map { (name: $0.0, value: unwrapped($0.1)) }
        }
        reading.pairs.removeAll { $0.value.isNull }
        return reading
    }

    private static func read(container: Value, into reading: inout AnswerReading) {
        switch container {
        case .text(let text):
            reading.isStop = AnswerDialect.isStopWord(text)
        case .object(let fields):
            if let pair = namedPair(fields) {
                reading.pairs.append(pair)
            } else {
                reading.pairs += fields.map { (name: $0.name, value: unwrapped($0.value)) }
            }
        case .list(let elements):
            for element in elements {
                guard let fields = element.object else { continue }
                if let pair = namedPair(fields) {
                    reading.pairs.append(pair)
                } else {
                    reading.pairs += fields.map { (name: $0.name, value: unwrapped($0.value)) }
                }
            }
        default: break
        }
    }

    /// `{"name": "instruction", "value": "…"}`.
    private static func namedPair(_ fields: Fields) -> (name: String, value: Value)? {
        guard let value = fields["value"] ?? fields["new_value"] else { return nil }
        guard let name = (fields["name"] ?? fields["variable"] ?? fields["parameter"])?.text else { return nil }
        return (name, value)
    }

    /// `{"type": "text", "value": "…"}` as just the value.
    private static func unwrapped(_ value: Value) -> Value {
        guard let fields = value.object, let inner = fields["value"], fields.count <= 3 else { return value }
        return inner
    }
}

extension AnswerReading {
    /// What a later part of the reply adds: later values of a name come behind earlier ones.
    fileprivate mutating func merge(_ other: AnswerReading) {
        if !other.reasoning.isEmpty { reasoning = other.reasoning }
        pairs += other.pairs
        isStop = isStop || other.isStop
    }
}
