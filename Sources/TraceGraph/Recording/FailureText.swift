/// An error that says how it wants to be shown in a trace.
public protocol NamedFailure: Error {
    /// The name of the error's type, in the language it was thrown in.
    var failureName: String { get }
    /// In one line; may be empty.
    var failureMessage: String { get }
    /// More for a reader who wants to mend it, such as the source with the failing line marked.
    var failureDetail: String? { get }
}

enum FailureText {
    /// `(ErrorType) message`, also when there is no message.
    static func line(name: String, message: String) -> String { "(\(name)) \(message)" }

    static func parts(of error: any Error) -> (name: String, message: String, detail: String?) {
        if let named = error as? any NamedFailure {
            return (named.failureName, named.failureMessage, named.failureDetail)
        }
        return (String(describing: type(of: error)), String(describing: error), nil)
    }

    static func line(of error: any Error) -> String {
        let (name, message, _) = parts(of: error)
        return line(name: name, message: message)
    }

    static func whole(of error: any Error) -> String {
        let (name, message, detail) = parts(of: error)
        let line = line(name: name, message: message)
        return detail.map { "\(line)\n\($0)" } ?? line
    }
}
