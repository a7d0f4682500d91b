import HTTPTypes

/// Names of header fields as they were read before: servers send the same dozen with each answer, and checking a name
/// costs more than the rest of its line.
struct FieldNames {
    private var known: [String: HTTPField.Name] = [:]

    /// A server that makes up names must not fill the memory.
    private static let limit = 256

    /// The name spelt `text`; nil when that is no name.
    mutating func name(_ text: String) -> HTTPField.Name? {
        if let name = known[text] { return name }
        guard let name = HTTPField.Name(text) else { return nil }
        if known.count < Self.limit { known[text] = name }
        return name
    }
}

/// The head of an answer, read line by line as libcurl hands it over.
struct CurlHead {
    enum Progress { case more, complete, tooLarge }

    /// Bytes of all header lines together; far above what servers send, far below what hurts.
    static let limit = 256 << 10

    private(set) var response = HTTPResponse(status: .init(code: 0))
    /// Whether the empty line that ends it has come.
    private(set) var isComplete = false
    private var size = 0

    /// Takes one line. Interim answers (1xx) and trailers are passed over.
    ///
    /// - Parameter names: Remembers the names of fields from one answer to the next.
    mutating func consume(_ line: UnsafeBufferPointer<UInt8>, _ names: inout FieldNames) -> Progress {
        size += line.count
        guard size <= Self.limit else { return .tooLarge }
        guard !isComplete else { return .more }
        var end = line.endIndex
        while end > line.startIndex, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        let text = line[..<end]
        if text.isEmpty {
            let code = response.status.code
            isComplete = code >= 200
            return isComplete ? .complete : .more
        }
        if text.starts(with: "HTTP/".utf8) {
            response = HTTPResponse(status: .init(code: Self.status(text)))
            return .more
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let name = names.name(String(decoding: text[..<colon], as: UTF8.self))
        else { return .more }
        let value = text[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        response.headerFields.append(HTTPField(name: name, value: String(decoding: value, as: UTF8.self)))
        return .more
    }

    private static func status(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        let code = line.drop { $0 != 0x20 }.dropFirst().prefix { $0 != 0x20 }
        guard code.count == 3, let number = Int(String(decoding: code, as: UTF8.self)), number >= 100 else { return 0 }
        return number
    }
}
