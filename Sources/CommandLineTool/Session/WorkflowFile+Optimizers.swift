import Optimization
import TraceGraph
import Workflows

extension WorkflowFile {
    /// Reads and checks the file at `path`, its optimizer and the options of that included.
    init(checked path: String, _ environment: [String: String]) throws(WorkflowFileError) {
        try self.init(
            contentsOf: path, environment: environment,
            optimizers: { OptimizerRegistry.standard.problems(in: $0) })
        let settings = optimize.options.filter {
            inputFault(in: Fields([($0.name, $0.value)]), of: optimize.optimizerName) != nil
        }
        guard let fault = inputFault(in: optimize.optionFields, of: optimize.optimizerName) else { return }
        throw WorkflowFileError(settings.map { WorkflowProblem(.error, at: $0.valueLocation, fault) })
    }

    /// Why options do not go with what the workflow reads; nil where they do.
    ///
    /// A text that is the whole task of a workflow has nothing to be filled in: without inputs its outputs mean nothing.
    func inputFault(in options: Fields, of optimizer: String) -> String? {
        guard !inputs.isEmpty, OptimizerRegistry.isStandalone(optimizer, options) else { return nil }
        return "\(PrefPO.name)'s mode standalone is for workflows that read no inputs, and this one reads "
            + "\(inputs.map(\.name).joined(separator: ", ")); take the mode instruction"
    }
}

extension OptimizeSettings {
    /// The optimizer's name, also where the file leaves it open.
    var optimizerName: String { optimizer ?? OptoPrime.name }

    /// The options as an optimizer takes them.
    var optionFields: Fields { Fields(options.map { ($0.name, $0.value) }) }
}

extension OptimizerRegistry {
    /// Whether `optimizer` compares texts that are a whole task, or is made of methods of which one does.
    fileprivate static func isStandalone(_ optimizer: String, _ options: Fields) -> Bool {
        if optimizer == PrefPO.name { return options["mode"]?.text == PrefPOOptions.Mode.standalone.rawValue }
        return options.contains { _, value in
            (value.list ?? [value]).contains { methods in
                methods.object?.contains { isStandalone($0.name, $0.value.object ?? Fields()) } ?? false
            }
        }
    }

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
