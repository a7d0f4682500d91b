public import TraceGraph

/// Reads an optimizer's options from an object, checked against those it declares.
///
/// Made for initializers: `let reader = try OptionReader(options, of: Mine.self)`, then `try reader.integer("depth")`.
public struct OptionReader: Sendable {
    private let optimizer: String
    private let declared: [OptimizerOption]
    private let fields: Fields

    /// - Parameter options: An object; null for none given.
    /// - Throws: ``OptimizerError`` with code `badOption` for anything but an object or null, and with everything that is
    ///   wrong with an object's names and values.
    public init<Method: Optimizer>(
        _ options: TraceGraph.Value, of method: Method.Type
    ) throws(OptimizerError) {
        optimizer = Method.name
        declared = Method.options
        fields = try declared.checked(options, of: optimizer)
    }

    /// The whole number `name`.
    ///
    /// - Throws: ``OptimizerError`` with code `badOption` when no such option of that kind is declared.
    public func integer(_ name: String) throws(OptimizerError) -> Int { try content(of: name, \.integer) }

    /// The number `name`; throws as ``integer(_:)`` does.
    public func number(_ name: String) throws(OptimizerError) -> Double { try content(of: name, \.number) }

    /// The flag `name`; throws as ``integer(_:)`` does.
    public func flag(_ name: String) throws(OptimizerError) -> Bool { try content(of: name, \.flag) }

    /// The text `name`; throws as ``integer(_:)`` does.
    public func text(_ name: String) throws(OptimizerError) -> String { try content(of: name, \.text) }

    /// The optimizers `name`; throws as ``integer(_:)`` does.
    public func methods(_ name: String) throws(OptimizerError) -> [MethodChoice] {
        try content(of: name) { MethodChoice.choices(in: $0) }
    }

    /// The case `name` of an enumeration; throws as ``integer(_:)`` does.
    public func choice<Choice: RawRepresentable>(
        _ name: String, of type: Choice.Type = Choice.self
    ) throws(OptimizerError) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try text(name)) else { throw undeclared(name) }
        return choice
    }

    private func content<Content>(
        of name: String, _ read: (TraceGraph.Value) -> Content?
    ) throws(OptimizerError) -> Content {
        guard let option = declared.first(where: { $0.name == name }),
            let content = read(fields[name] ?? option.standard)
        else { throw undeclared(name) }
        return content
    }

    private func undeclared(_ name: String) -> OptimizerError {
        OptimizerError(
            .badOption, "\(optimizer) reads the option '\(name)', which its `options` do not declare as it is read")
    }
}
