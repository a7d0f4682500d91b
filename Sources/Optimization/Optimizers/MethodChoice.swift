public import TraceGraph

/// A method that is part of another, with options of its own: `gepa`, or `gepa: { minibatch: 5 }`.
public struct MethodChoice: Sendable, Hashable, Codable {
    public var name: String
    /// An object; null for the defaults.
    public var options: Value

    public init(_ name: String, options: Value = .null) {
        self.name = name
        self.options = options
    }

    /// The methods in a value: a text with commas between names, a list of names and objects, or an object of options by
    /// name; nil for anything else, and where there is none.
    static func choices(in value: Value) -> [MethodChoice]? {
        var choices: [MethodChoice] = []
        if let text = value.text {
            choices = text.split(separator: ",").map { MethodChoice(String($0).trimmed) }.filter { !$0.name.isEmpty }
        } else if let list = value.list {
            for item in list {
                guard let own = Self.choices(in: item) else { return nil }
                choices += own
            }
        } else if let fields = value.object {
            for (name, options) in fields {
                guard options.isNull || options.object != nil else { return nil }
                choices.append(MethodChoice(name, options: options))
            }
        }
        return choices.isEmpty ? nil : choices
    }

    /// As ``choices(in:)`` reads it: a text as long as all have their defaults.
    static func value(of choices: [MethodChoice]) -> Value {
        if choices.allSatisfy({ $0.options.isNull }) { return .text(choices.map(\.name).joined(separator: ", ")) }
        return .object(Fields(choices.map { ($0.name, $0.options) }))
    }
}

extension OptimizerRegistry {
    /// Everything that is wrong with `fields` as the options of `optimizer`, the options of the methods it is made of
    /// included.
    ///
    /// - Throws: ``OptimizerError`` with code `unknownOptimizer` when there is no `optimizer` of that name.
    public func faults(in fields: Fields, of optimizer: String) throws(OptimizerError) -> [OptionFault] {
        let declared = try options(of: optimizer)
        var faults = declared.faults(in: fields, of: optimizer)
        for option in declared {
            guard case .methods = option.kind, let value = fields[option.name], option.accepts(value) else { continue }
            for choice in MethodChoice.choices(in: value) ?? [] where choice.name != option.standard.text {
                do throws(OptimizerError) {
                    let own = try self.faults(in: choice.options.object ?? Fields(), of: choice.name)
                    faults += own.map { OptionFault(option: option.name, isUnknown: false, message: $0.message) }
                } catch {
                    faults.append(OptionFault(option: option.name, isUnknown: false, message: error.message))
                }
            }
        }
        return faults
    }
}
