/// Whether a text is well-formed XML, as far as exports go: declaration, elements, attributes, text, entities.
struct XMLCheck {
    private(set) var isWellFormed = false
    /// The names of the elements in document order, each with its attributes.
    private(set) var elements: [(name: String, parent: String?, attributes: [String: String])] = []

    init(_ document: String) {
        let text = Array(document.unicodeScalars)
        var place = 0
        var open: [String] = []
        func isNameSign(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isAlphabetic || "0123456789-_:.".unicodeScalars.contains(scalar)
        }
        func name() -> String {
            let start = place
            while place < text.count, isNameSign(text[place]) { place += 1 }
            return String(String.UnicodeScalarView(text[start..<place]))
        }
        func skipSpace() { while place < text.count, text[place].properties.isWhitespace { place += 1 } }
        func isLegal(_ scalar: Unicode.Scalar) -> Bool {
            [0x9, 0xA, 0xD].contains(scalar.value) || (0x20...0xD7FF).contains(scalar.value)
                || (0xE000...0xFFFD).contains(scalar.value) || scalar.value >= 0x10000
        }
        func entity() -> Bool {
            let rest = String(String.UnicodeScalarView(text[place..<min(place + 8, text.count)]))
            return ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].contains { rest.hasPrefix($0) }
        }
        if document.hasPrefix("<?xml"), let end = document.firstRange(of: "?>") {
            place = document.unicodeScalars.distance(from: document.startIndex, to: end.upperBound)
        }
        while place < text.count {
            guard isLegal(text[place]) else { return }
            if text[place] == "&", !entity() { return }
            guard text[place] == "<" else {
                if open.isEmpty, !text[place].properties.isWhitespace { return }
                place += 1
                continue
            }
            place += 1
            if place < text.count, text[place] == "/" {
                place += 1
                guard open.popLast() == name() else { return }
                skipSpace()
                guard place < text.count, text[place] == ">" else { return }
                place += 1
                continue
            }
            let element = name()
            guard !element.isEmpty else { return }
            var attributes: [String: String] = [:]
            while true {
                skipSpace()
                guard place < text.count else { return }
                if text[place] == ">" || text[place] == "/" { break }
                let attribute = name()
                guard !attribute.isEmpty, attributes[attribute] == nil, place + 1 < text.count, text[place] == "=",
                    text[place + 1] == "\""
                else { return }
                place += 2
                let start = place
                while place < text.count, text[place] != "\"" {
                    if text[place] == "<" || !isLegal(text[place]) || (text[place] == "&" && !entity()) { return }
                    place += 1
                }
                guard place < text.count else { return }
                attributes[attribute] = String(String.UnicodeScalarView(text[start..<place]))
                place += 1
            }
            elements.append((element, open.last, attributes))
            if text[place] == "/" {
                guard place + 1 < text.count, text[place + 1] == ">" else { return }
                place += 2
            } else {
                open.append(element)
                place += 1
            }
        }
        isWellFormed = open.isEmpty && !elements.isEmpty
    }
}
