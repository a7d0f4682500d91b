/// A word of a command that is shown to be copied into a shell.
struct ShellWord: CustomStringConvertible {
    private let text: String

    init(_ text: String) { self.text = text }

    /// As it is where a shell takes it so, in quotes otherwise.
    var description: String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-+:,@%#=".utf8.contains(byte)
            }
        }
        return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
    }
}
