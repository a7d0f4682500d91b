/// Reads records of separated cells (RFC 4180): quoted cells may hold separators, line ends and doubled quotes.
///
/// Lines end with CR LF, LF or CR. Empty lines are skipped.
struct TableParser {
    struct Record {
        /// Where the record starts, from 1.
        var line: Int
        var cells: [String]
        /// What is wrong with the record; nil when nothing is.
        var fault: String?
    }

    private let bytes: ArraySlice<UInt8>
    private let separator: UInt8
    private var position: Int
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D

    init(_ bytes: ArraySlice<UInt8>, separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
        position = bytes.startIndex
    }

    /// The next record; nil at the end. After a fault it goes on with the line that follows.
    mutating func nextRecord() -> Record? {
        while takeLineEnd() {}
        guard position < bytes.endIndex else { return nil }
        var record = Record(line: line, cells: [], fault: nil)
        while true {
            let cell: [UInt8]
            switch nextCell(record.line) {
            case .success(let content): cell = content
            case .failure(let fault):
                record.fault = fault.message
                skipLine()
                return record
            }
            guard let text = String(validating: cell, as: UTF8.self) else {
                record.fault = "cell \(record.cells.count + 1) is not valid UTF-8"
                skipLine()
                return record
            }
            record.cells.append(text)
            guard position < bytes.endIndex else { return record }
            if bytes[position] == separator {
                position += 1
            } else {
                _ = takeLineEnd()
                return record
            }
        }
    }

    private struct Fault: Error {
        let message: String
    }

    private mutating func nextCell(_ recordLine: Int) -> Result<[UInt8], Fault> {
        guard position < bytes.endIndex, bytes[position] == Self.quote else { return plainCell() }
        let opened = (line: line, position: position)
        position += 1
        var content: [UInt8] = []
        while position < bytes.endIndex {
            let byte = bytes[position]
            if byte == Self.quote {
                position += 1
                guard position < bytes.endIndex, bytes[position] == Self.quote else { return afterQuotes(content) }
                content.append(Self.quote)
                position += 1
            } else if byte == Self.lineFeed || byte == Self.carriageReturn {
                let start = position
                _ = takeLineEnd()
                content.append(contentsOf: bytes[start..<position])
            } else {
                content.append(byte)
                position += 1
            }
        }
        // So that the lines after the one with the lost quote are still looked at.
        (line, position) = opened
        return .failure(Fault(message: "the quoted cell that opens here never ends; expected a closing quote"))
    }

    private mutating func plainCell() -> Result<[UInt8], Fault> {
        let start = position
        while position < bytes.endIndex {
            let byte = bytes[position]
            if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn { break }
            if byte == Self.quote {
                return .failure(
                    Fault(message: "a quote inside an unquoted cell; expected the cell in quotes and the quote doubled")
                )
            }
            position += 1
        }
        return .success(Array(bytes[start..<position]))
    }

    private func afterQuotes(_ content: [UInt8]) -> Result<[UInt8], Fault> {
        guard position < bytes.endIndex else { return .success(content) }
        let byte = bytes[position]
        if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn { return .success(content) }
        return .failure(Fault(message: "text after a closing quote; expected a separator or the end of the line"))
    }

    private mutating func takeLineEnd() -> Bool {
        guard position < bytes.endIndex else { return false }
        switch bytes[position] {
        case Self.lineFeed:
            position += 1
        case Self.carriageReturn:
            position += 1
            if position < bytes.endIndex, bytes[position] == Self.lineFeed { position += 1 }
        default:
            return false
        }
        line += 1
        return true
    }

    private mutating func skipLine() {
        while position < bytes.endIndex, bytes[position] != Self.lineFeed, bytes[position] != Self.carriageReturn {
            position += 1
        }
        _ = takeLineEnd()
    }
}
