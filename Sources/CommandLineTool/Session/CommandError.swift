/// Something a command cannot do as asked; the message says what to do instead.
struct CommandError: Error, CustomStringConvertible {
    let message: String
    let code: ExitStatus

    init(_ message: String, code: ExitStatus = .failure) {
        self.message = message
        self.code = code
    }

    var description: String { message }
}
