public import TraceGraph

/// Reads an optimizer's options from an object, names and types checked.
///
/// Made for factories: `var reader = try OptionReader(options, of: "mine", names: ["depth"])`.
public struct OptionReader: Sendable {
    private let optimizer: String
    private let fields: Fields

    /// - Parameter names: All options there are.
    /// - Throws: ``OptimizerError`` with code `badOption` for anything but an object or null, and for other names.
    public init(_ options: TraceGraph.Value, of optimizer: String, names: [String]) throws(OptimizerError) {
        self.optimizer = optimizer
        guard !options.isNull else {
            fields = Fields()
            return
        }
        guard let fields = options.object else {
            throw OptimizerError(.badOption, "the options of \(optimizer) must be an object, not \(options.kindName)")
        }
        for name in fields.names where !names.contains(name) {
            let near = NearName.of(name, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw OptimizerError(
                .badOption, "\(optimizer) has no option '\(name)'\(near) There are: \(names.joined(separator: ", "))")
        }
        self.fields = fields
    }

    /// The whole number `name`; `standard` when it is not given.
    public func integer(_ name: String, _ range: ClosedRange<Int>, standard: Int) throws(OptimizerError) -> Int {
        guard let value = fields[name] else { return standard }
        guard let integer = value.integer, range.contains(integer) else {
            throw wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return integer
    }

    /// The number `name`; `standard` when it is not given.
    public func number(_ name: String, _ range: ClosedRange<Double>, standard: Double) throws(OptimizerError) -> Double
    {
        guard let value = fields[name] else { return standard }
        guard let number = value.number, range.contains(number) else {
            throw wrong(name, "a number from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return number
    }

    /// The case `name` of an enumeration; `standard` when it is not given.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, standard: Choice
    ) throws(OptimizerError) -> Choice where Choice.RawValue == String {
        guard let value = fields[name] else { return standard }
        guard let text = value.text, let choice = Choice(rawValue: text) else {
            throw wrong(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "), value)
        }
        return choice
    }

    private func wrong(_ name: String, _ expected: String, _ got: TraceGraph.Value) -> OptimizerError {
        OptimizerError(.badOption, "\(optimizer): \(name) must be \(expected), not \(got.json.prefix(40))")
    }
}
