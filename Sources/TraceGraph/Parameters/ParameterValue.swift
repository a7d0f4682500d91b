/// A Swift type that a parameter can have.
public protocol ParameterValue: Restorable, Sendable {
    /// What kind of parameter holds this type when nothing else is said.
    static var parameterKind: ParameterKind { get }
}

extension String: ParameterValue {
    public static var parameterKind: ParameterKind { .text }
    public init?(recorded: Value) {
        guard let text = recorded.text else { return nil }
        self = text
    }
}

extension Double: ParameterValue {
    public static var parameterKind: ParameterKind { .number }
    public init?(recorded: Value) {
        guard let number = recorded.number else { return nil }
        self = number
    }
}

extension Int: ParameterValue {
    public static var parameterKind: ParameterKind { .integer }
    public init?(recorded: Value) {
        guard let integer = recorded.integer else { return nil }
        self = integer
    }
}

extension Bool: ParameterValue {
    public static var parameterKind: ParameterKind { .flag }
    public init?(recorded: Value) {
        guard let flag = recorded.flag else { return nil }
        self = flag
    }
}

extension Value: ParameterValue {
    public static var parameterKind: ParameterKind { .examples }
    public init?(recorded: Value) { self = recorded }
}
