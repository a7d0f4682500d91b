import Optimization
import TraceGraph
import Workflows

extension Session {
    /// This session with those parameters that the optimizer `name` could change here; the others stay as the file has
    /// them, and code that stays only because it could not be run is told of.
    ///
    /// Asked before anything is paid for.
    ///
    /// - Throws: ``CommandError`` with the remedy when nothing is left to optimize; `CodeError` when no code can be run.
    func optimizable(by name: String) async throws -> Session {
        // A name that does not exist is for whoever makes the optimizer to tell, a file without parameters likewise.
        guard let kinds = OptimizerRegistry.standard.kinds(of: name), !workflow.parameters.definitions.isEmpty else {
            return self
        }
        let within = workflow.parameters.definitions.filter { kinds.contains($0.kind) }
        guard !within.isEmpty else {
            let found = workflow.parameters.definitions.map { "\($0.name) (\($0.kind.rawValue))" }
            throw CommandError(
                "\(name) can change none of the parameters of \(workflow.file.path): \(found.joined(separator: ", ")); "
                    + "choose another optimizer")
        }
        let refused = try await workflow.refusedCode().filter { refusal in
            within.contains { $0.name == refusal.parameter }
        }
        guard !refused.isEmpty else { return self }
        let names = refused.map(\.parameter)
        // One line for each reason; nearly always there is one.
        let reasons = refused.reduce(into: [(text: String, names: [String])]()) { reasons, refusal in
            if let place = reasons.firstIndex(where: { $0.text == refusal.reason.message }) {
                reasons[place].names.append(refusal.parameter)
            } else {
                reasons.append((refusal.reason.message, [refusal.parameter]))
            }
        }
        guard names.count < within.count else {
            throw CommandError(
                "there is nothing to optimize here but code (\(names.joined(separator: ", "))). "
                    + reasons.map(\.text).joined(separator: " "))
        }
        for reason in reasons {
            let stay = reason.names.count == 1 ? "stays as it is" : "stay as they are"
            Output.message("note: \(reason.names.joined(separator: ", ")) \(stay). \(reason.text)")
        }
        return fixing(names)
    }
}
