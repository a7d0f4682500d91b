/// Numbers for names, the same in all traces of a problem, so that shapes are compared without their texts.
struct Lexicon {
    typealias Word = Int32

    /// Stands for no name at all.
    static let none: Word = -1

    private var numbers: [String: Word] = [:]
    private(set) var words: [String] = []

    mutating func number(of text: String) -> Word {
        if let number = numbers[text] { return number }
        let number = Word(words.count)
        numbers[text] = number
        words.append(text)
        return number
    }

    mutating func reserveCapacity(_ count: Int) {
        numbers.reserveCapacity(numbers.count + count)
        words.reserveCapacity(words.count + count)
    }

    /// The number of `text` if it has one.
    func known(_ text: String) -> Word? { numbers[text] }

    /// The number of `name` without a trailing number, so that the many inputs of a gathering operation have one name.
    mutating func stem(of name: String) -> Word { number(of: Self.stem(of: name)) }

    /// `vote` for `vote12` and `vote_12`; a name that is nothing but a number stays as it is.
    static func stem(of name: String) -> String {
        let bytes = name.utf8
        var end = bytes.endIndex
        while end > bytes.startIndex, isDigit(bytes[bytes.index(before: end)]) { end = bytes.index(before: end) }
        guard end < bytes.endIndex else { return name }
        while end > bytes.startIndex, bytes[bytes.index(before: end)] == UInt8(ascii: "_") {
            end = bytes.index(before: end)
        }
        return end > bytes.startIndex ? String(name[..<end]) : name
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
