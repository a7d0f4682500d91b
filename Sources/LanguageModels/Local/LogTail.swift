import Foundation

/// The end of what a program printed.
enum LogTail {
    /// The last lines of `text`, one line, at most 600 characters.
    static func of(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
        return String(lines.suffix(6).joined(separator: " | ").suffix(600))
    }

    /// The last lines of the file at `path`; empty when it cannot be read.
    static func ofFile(_ path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { file.closeFile() }
        let size = file.seekToEndOfFile()
        file.seek(toFileOffset: size > 4096 ? size - 4096 : 0)
        return of(String(decoding: file.readDataToEndOfFile(), as: UTF8.self))
    }
}
