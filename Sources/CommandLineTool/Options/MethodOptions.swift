import ArgumentParser
import Optimization
import TraceGraph

/// Options of the optimizer, given on the command line.
struct MethodOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            An option of the optimizer, such as temperature=0.2 (docs/optimizers.md lists them). May be repeated; takes the \
            place of the one in optimize.options.
            """, valueName: "name=value"))
    var option: [String] = []

    func validate() throws {
        for text in option where Self.parsed(text) == nil {
            throw ValidationError("--option takes a name and a value, such as temperature=0.2, not '\(text)'")
        }
    }

    /// `base` with the options given here in place of its own, read as the optimizer `name` declares them.
    ///
    /// - Throws: ``CommandError`` with everything that is wrong with those given here.
    func applied(to base: Fields, of name: String, in registry: OptimizerRegistry = .standard) throws -> Fields {
        // A name that does not exist is for whoever makes the optimizer to tell.
        guard registry.kinds(of: name) != nil else { return base }
        let declared = try registry.options(of: name)
        var options = base
        var given = Fields()
        for (option, written) in option.compactMap(Self.parsed) {
            let value = Self.value(written, as: declared.first { $0.name == option }?.kind)
            options[option] = value
            given[option] = value
        }
        let faults = try registry.faults(in: given, of: name)
        guard faults.isEmpty else {
            throw CommandError(faults.map { "--option: \($0.message)" }.joined(separator: "\n"), code: .usage)
        }
        return options
    }

    private static func parsed(_ text: String) -> (name: String, value: String)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 && !parts[0].isEmpty ? (parts[0], parts[1]) : nil
    }

    /// Words stand for themselves where words are wanted; everything else is written as JSON has it. What is neither stays
    /// a text, for the option to refuse.
    private static func value(_ written: String, as kind: OptimizerOption.Kind?) -> Value {
        switch kind {
        case .text, .choice, nil: return .text(written)
        case .methods where !written.hasPrefix("{") && !written.hasPrefix("["): return .text(written)
        case .integer, .number, .flag, .methods:
            do {
                return try Value(json: written)
            } catch {
                return .text(written)
            }
        }
    }
}
