/// Ends the process with a code, everything having been said.
struct ExitRequest: Error {
    let status: ExitStatus

    init(_ status: ExitStatus) { self.status = status }
}
