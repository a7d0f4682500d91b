/// A value that a parameter may not take, with the reason in one line.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The parameter's name; nil when the reason names it.
    public let parameter: String?
    /// Why the value is refused and what would be accepted; shows no more than 40 characters of the value.
    public let reason: String

    public init(parameter: String? = nil, reason: String) {
        self.parameter = parameter
        self.reason = reason
    }

    public var description: String { parameter.map { "\($0): \(reason)" } ?? reason }
}
