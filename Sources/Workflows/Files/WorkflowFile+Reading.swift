import Evaluation
import TraceGraph

/// Everything that is wrong with the optimizer that a file names, and with its options: for whoever knows which
/// optimizers there are.
public typealias OptimizerCheck = @Sendable (OptimizeSettings) -> [WorkflowProblem]

extension WorkflowFile {
    /// Reads and checks a workflow file.
    ///
    /// - Parameters:
    ///   - path: Where it is; `file://` references are relative to its folder.
    ///   - environment: What `${NAME}` stands for.
    ///   - files: Where it and the files it names are read from.
    ///   - optimizers: Asked about the optimizer; any is allowed unless something else is said.
    /// - Throws: ``WorkflowFileError`` with everything that is wrong, in the order of the places.
    public init(
        contentsOf path: String, environment: [String: String], files: SourceFiles = .disk,
        optimizers: @escaping OptimizerCheck = { _ in [] }
    ) throws(WorkflowFileError) {
        try self.init(
            contentsOf: path, environment: environment, files: files, optimizers: optimizers, family: nil)
    }

    /// - Parameter family: The files this one is read inside of.
    init(
        contentsOf path: String, environment: [String: String], files: SourceFiles,
        optimizers: @escaping OptimizerCheck, family: WorkflowFamily?
    ) throws(WorkflowFileError) {
        let start = FileLocation(file: path, line: 1, column: 1)
        let bytes: [UInt8]?
        do {
            bytes = try files.contents(path)
        } catch {
            throw WorkflowFileError([WorkflowProblem(.error, at: start, "the file cannot be read: \(error)")])
        }
        guard let bytes else {
            throw WorkflowFileError([WorkflowProblem(.error, at: start, "there is no such file")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WorkflowFileError([WorkflowProblem(.error, at: start, "the file is not a text in UTF-8")])
        }
        try self.init(
            yaml: text, path: path, environment: environment, files: files, optimizers: optimizers, family: family)
    }

    /// Reads and checks the text of a workflow file; see ``init(contentsOf:environment:files:optimizers:)``.
    public init(
        yaml: String, path: String, environment: [String: String], files: SourceFiles = .disk,
        optimizers: @escaping OptimizerCheck = { _ in [] }
    ) throws(WorkflowFileError) {
        try self.init(
            yaml: yaml, path: path, environment: environment, files: files, optimizers: optimizers, family: nil)
    }

    private init(
        yaml: String, path: String, environment: [String: String], files: SourceFiles,
        optimizers: @escaping OptimizerCheck, family: WorkflowFamily?
    ) throws(WorkflowFileError) {
        let reader = WorkflowReader(
            path: path, environment: environment, files: files, optimizers: optimizers, family: family)
        let root: SourceNode?
        do {
            root = try SourceNode.composed(from: yaml)
        } catch {
            let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
            let line = lines.indices.contains(error.place.line - 1) ? lines[error.place.line - 1] : ""
            let hint = line.contains("${") ? "; inside { } and [ ], ${…} needs quotes" : ""
            throw WorkflowFileError([WorkflowProblem(.error, at: reader.location(error.place), error.message + hint)])
        }
        guard let root else {
            throw WorkflowFileError([
                WorkflowProblem(
                    .error, at: reader.location(.init(line: 1, column: 1)), "the file is empty; expected a workflow")
            ])
        }
        guard let file = reader.file(reader.substituted(root)) else {
            throw WorkflowFileError(reader.sortedProblems)
        }
        self = file
    }
}

extension WorkflowReader {
    /// The whole file; nil when there are errors.
    func file(_ root: SourceNode) -> WorkflowFile? {
        guard let document = entries(of: root, keys: WorkflowKeys.document, what: "a workflow") else { return nil }
        declareNames(document)
        let name = text(document["name"])
        if document["name"] == nil { error(root.place, "the workflow has no name; expected 'name'") }
        let inputs = inputs(document["inputs"])
        let constants = readConstants(document["constants"])
        let models = readModels(document["models"])
        let parameters = readParameters(document["parameters"])
        let program = wholeProgram(document)
        let steps = program.map { [$0] } ?? ordered(readSteps(document["steps"]))
        let bindings = readBindings(document["bindings"])
        let isObserved = document["bindings"] != nil && document["steps"] == nil && document["program"] == nil
        if document["steps"] == nil, document["program"] == nil, !isObserved {
            error(root.place, "the workflow has no steps; expected 'steps', or 'program'")
        }
        if isObserved { used.formUnion(names.filter { $0.meaning == .input }.map(\.name)) }
        reportAmbiguous(steps)
        let output =
            document["output"].flatMap { expression($0.value) } ?? program?.result
            ?? (isObserved ? .literal(.null) : nil)
        if document["output"] == nil, document["program"] == nil, !isObserved {
            let last = steps.last.map { ", such as 'output: $\($0.name)'" } ?? ""
            error(root.place, "the workflow has no output; expected 'output'\(last)")
        }
        let data = readData(document["data"], inputs: inputs)
        let mapped = document["data"]?.value.entry("map")?.value
        var fields =
            mapped.flatMap { node in boundNames(SourceNode.Entry(key: "map", place: node.place, value: node)) } ?? []
        fields += names.filter { $0.meaning == .input && !fields.contains($0.name) }.map(\.name)
        let metricNames = metricNames(document["metrics"])
        let metrics = readMetrics(document["metrics"], fields: fields)
        let objective = readObjective(
            document["objective"], metrics: metrics, block: document["metrics"], names: metricNames)
        let optimize = readOptimize(document["optimize"])
        let gate = readGate(document["gate"], names: metricNames, objective: objective)
        // What could not be read may be what would have used the rest.
        if !hasErrors { warnOfUnused(document) }
        guard !hasErrors, let name, let output else { return nil }
        return WorkflowFile(
            path: path, name: name, description: text(document["description"]) ?? "", inputs: inputs,
            constants: constants + adopted.constants, models: models + adopted.models,
            parameters: parameters + adopted.parameters, steps: steps, output: output, bindings: bindings, data: data,
            metrics: metrics, objective: objective, optimize: optimize, gate: gate, variables: variables,
            document: self.document(root),
            warnings: sortedProblems)
    }
}
