import Optimization
import TraceGraph
import Workflows

extension WorkflowFile {
    /// Reads and checks the file at `path`, its optimizer and the options of that included.
    init(checked path: String, _ environment: [String: String]) throws(WorkflowFileError) {
        try self.init(
            contentsOf: path, environment: environment,
            optimizers: { OptimizerRegistry.standard.problems(in: $0) })
    }
}

extension OptimizeSettings {
    /// The optimizer's name, also where the file leaves it open.
    var optimizerName: String { optimizer ?? OptoPrime.name }

    /// The options as an optimizer takes them.
    var optionFields: Fields { Fields(options.map { ($0.name, $0.value) }) }
}

extension OptimizerRegistry {
    /// What is wrong with the optimizer of a file and with its options, each at its place.
    func problems(in settings: OptimizeSettings) -> [WorkflowProblem] {
        let name = settings.optimizerName
        do throws(OptimizerError) {
            let faults = try faults(in: settings.optionFields, of: name)
            return faults.compactMap { fault in
                settings.options.first { $0.name == fault.option }.map {
                    WorkflowProblem(.error, at: fault.isUnknown ? $0.location : $0.valueLocation, fault.message)
                }
            }
        } catch {
            return settings.location.map { [WorkflowProblem(.error, at: $0, error.message)] } ?? []
        }
    }
}
