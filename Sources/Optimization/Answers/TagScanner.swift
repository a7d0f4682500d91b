/// The tags of a reply that can mean something in an answer, with what closes what.
///
/// Tags of any other name are text.
struct TagScanner {
    struct Tag {
        /// In lower case.
        let name: String
        let isClosing: Bool
        let isSelfClosing: Bool
        let attributes: [(name: String, value: String)]
        /// The place of `<` and the place behind `>`.
        let range: Range<Int>
        /// The tag that closes this one when every tag of its name is balanced, as an index into `tags`.
        var partner: Int?
        /// The next closing tag of the same name, balanced or not.
        var nextClosing: Int?
    }

    let bytes: [UInt8]
    private(set) var tags: [Tag] = []

    private static let longestTag = 400

    /// - Complexity: O(bytes × a small constant): a tag has at most 400 bytes.
    init(_ text: String, names: Set<String>) {
        bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<"), let tag = tag(at: position, names: names) else {
                position += 1
                continue
            }
            tags.append(tag)
            position = tag.range.upperBound
        }
        pair()
    }

    private mutating func pair() {
        var open: [String: [Int]] = [:]
        var closing: [String: Int] = [:]
        for index in tags.indices where !tags[index].isSelfClosing {
            if tags[index].isClosing {
                if let start = open[tags[index].name]?.popLast() { tags[start].partner = index }
            } else {
                open[tags[index].name, default: []].append(index)
            }
        }
        for index in tags.indices.reversed() {
            tags[index].nextClosing = closing[tags[index].name]
            if tags[index].isClosing { closing[tags[index].name] = index }
        }
    }

    func text(_ range: Range<Int>) -> String {
        range.isEmpty ? "" : String(decoding: bytes[range], as: UTF8.self)
    }

    /// Whether there is nothing but blanks between two places.
    func isBlank(_ range: Range<Int>) -> Bool {
        !range.isEmpty ? bytes[range].allSatisfy(Self.isSpace) : true
    }

    private func tag(at start: Int, names: Set<String>) -> Tag? {
        let end = min(bytes.count, start + Self.longestTag)
        var position = start + 1
        let isClosing = position < end && bytes[position] == UInt8(ascii: "/")
        if isClosing { position += 1 }
        let nameStart = position
        while position < end, Self.isNameByte(bytes[position]) { position += 1 }
        let name = text(nameStart..<position).lowercased()
        guard names.contains(name) else { return nil }
        var attributes: [(name: String, value: String)] = []
        var isSelfClosing = false
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: ">") {
                return Tag(
                    name: name, isClosing: isClosing, isSelfClosing: isSelfClosing && !isClosing,
                    attributes: attributes, range: start..<(position + 1))
            }
            guard byte != UInt8(ascii: "<") else { return nil }
            isSelfClosing = byte == UInt8(ascii: "/")
            if Self.isNameByte(byte), !isClosing {
                attributes.append(attribute(from: &position, end: end))
            } else {
                position += 1
            }
        }
        return nil
    }

    private func attribute(from position: inout Int, end: Int) -> (name: String, value: String) {
        let start = position
        while position < end, Self.isNameByte(bytes[position]) { position += 1 }
        let name = text(start..<position)
        var look = position
        while look < end, Self.isSpace(bytes[look]) { look += 1 }
        guard look < end, bytes[look] == UInt8(ascii: "=") else { return (name, "") }
        look += 1
        while look < end, Self.isSpace(bytes[look]) { look += 1 }
        guard look < end else { return (name, "") }
        let quote = bytes[look]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let valueStart = look + 1
            guard let close = bytes[valueStart..<max(valueStart, end)].firstIndex(of: quote) else { return (name, "") }
            position = close + 1
            return (name, text(valueStart..<close))
        }
        let valueStart = look
        while look < end, !Self.isSpace(bytes[look]), bytes[look] != UInt8(ascii: ">"), bytes[look] != UInt8(ascii: "<")
        {
            look += 1
        }
        position = look
        return (name, text(valueStart..<look))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            0x80...0xFF:
            true
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
