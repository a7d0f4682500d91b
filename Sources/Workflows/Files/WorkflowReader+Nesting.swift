import ContentHash
import TraceGraph

/// The workflow files that are being read, from the outermost in, and how many were read so far.
final class WorkflowFamily {
    /// Beyond so many files inside one another, somebody made a mistake.
    static let most = 256

    private(set) var paths: [String]
    private var count = 0

    init(_ path: String) { paths = [SourceFiles.path(path, in: "")] }

    /// Whether another file may be read; false once there are too many.
    func admitsOneMore() -> Bool {
        count += 1
        return count < Self.most
    }

    func entering<Result>(_ path: String, _ body: () -> Result) -> Result {
        paths.append(path)
        defer { paths.removeLast() }
        return body()
    }
}

extension WorkflowReader {
    /// What the files of steps that are workflows bring into the whole.
    struct Adopted {
        var parameters: [WorkflowParameter] = []
        var constants: [WorkflowConstant] = []
        var models: [ModelRole] = []
        /// All that their steps are called, with the step they came in by.
        var names: [(name: String, step: FileLocation)] = []
    }

    func workflowStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.workflowStep, what: "a workflow step"),
            let workflow = keys["workflow"], let written = text(workflow)
        else { return nil }
        let given = bindings(keys["with"])
        guard let file = nested(written, at: workflow.value.place),
            let inputs = inputs(of: file, named: written, given: given, entry, keys)
        else { return nil }
        adoptModels(of: file, at: workflow.value.place)
        let renaming = Renaming(namesOf: file, under: entry.key)
        adopted.names += renaming.names.map { ($0, location(entry.place)) }
        adopted.parameters += file.parameters.map { parameter in
            var parameter = parameter
            parameter.definition.name = renaming(parameter.definition.name)
            return parameter
        }
        adopted.constants += file.constants.map { constant in
            var constant = constant
            constant.name = renaming(constant.name)
            return constant
        }
        for (name, value) in file.variables { noteVariable(name, value) }
        file.warnings.forEach(report)
        let block = WorkflowBlock(steps: file.steps.map(renaming.callAsFunction), output: renaming(file.output))
        let action = WorkflowAction(
            path: file.path,
            inputs: inputs.map { WorkflowAction.Given(name: renaming($0.name), kind: $0.kind, value: $0.value) },
            block: block)
        var step = step(entry, keys, .workflow(action))
        if step?.description.isEmpty == true { step?.description = file.description }
        return step
    }

    /// The file that a step names, or nil after a report.
    private func nested(_ written: String, at place: SourceNode.Place) -> WorkflowFile? {
        let path = SourceFiles.path(written, in: folder)
        let own = SourceFiles.path(path, in: "")
        if let start = family.paths.firstIndex(of: own) {
            let circle = (family.paths[start...] + [own]).joined(separator: " → ")
            error(place, "the workflows \(circle) contain each other; expected no workflow to be a step of itself")
            return nil
        }
        guard family.admitsOneMore() else {
            error(place, "more than \(WorkflowFamily.most) workflow files are steps of one another")
            return nil
        }
        guard contents(of: written, at: place) != nil else { return nil }
        do throws(WorkflowFileError) {
            let file = try family.entering(own) { () -> Result<WorkflowFile, WorkflowFileError> in
                do throws(WorkflowFileError) {
                    return .success(
                        try WorkflowFile(
                            contentsOf: path, environment: environment, files: files, optimizers: optimizers,
                            family: family))
                } catch {
                    return .failure(error)
                }
            }.get()
            digests[written] = ContentHash(of: Self.behaviour(of: file).canonicalJSON)
            return file
        } catch {
            error.problems.forEach(report)
            return nil
        }
    }

    /// What the file does, without what only counts when it is run by itself.
    private static func behaviour(of file: WorkflowFile) -> Value {
        let left: Set<String> = ["data", "metrics", "objective", "optimize", "gate"]
        let entries = file.document["mapping"]?.list ?? []
        return .list(entries.filter { !left.contains($0.list?.first?.text ?? "") })
    }

    /// What each input of `file` is given: by `with`, else what the workflow has under the input's name.
    private func inputs(
        of file: WorkflowFile, named written: String, given: [Binding]?, _ entry: SourceNode.Entry,
        _ keys: [String: SourceNode.Entry]
    ) -> [WorkflowAction.Given]? {
        let before = problems.count
        let names = boundNames(keys["with"])
        for name in names ?? [] where !file.inputs.contains(where: { $0.name == name }) {
            let place = keys["with"]?.value.entry(name)?.place ?? entry.place
            let known = file.inputs.map(\.name)
            let suggestion = Spelling.suggestion(for: name, among: known)
            let list = known.isEmpty ? "it has none" : "its inputs are \(Self.listed(known, or: "and"))"
            error(place, "\(written) has no input '\(name)'" + (suggestion.isEmpty ? "; \(list)" : suggestion))
        }
        let isMisspelt = problems.count > before
        let inputs = file.inputs.compactMap { input -> WorkflowAction.Given? in
            if let binding = given?.first(where: { $0.name == input.name }) {
                return .init(name: input.name, kind: input.kind, value: binding.expression)
            }
            if given == nil, meanings[input.name] != nil {
                used.insert(input.name)
                let place = location(entry.place)
                return .init(
                    name: input.name, kind: input.kind, value: .reference(Reference(input.name, location: place)))
            }
            if names?.contains(input.name) != true, !isMisspelt {
                error(
                    keys["with"]?.place ?? entry.place,
                    keys["with"] == nil
                        ? "nothing is called '\(input.name)', which \(written) wants; say what it is under 'with'"
                        : "\(written) is not given its input '\(input.name)'")
            }
            return nil
        }
        return inputs.count == file.inputs.count && problems.count == before ? inputs : nil
    }

    /// Roles are one list for the whole: a role that the outer file has plays the inner one of the same name too.
    private func adoptModels(of file: WorkflowFile, at place: SourceNode.Place) {
        for role in file.models where roles[role.role] == nil {
            guard let other = adopted.models.first(where: { $0.role == role.role }) else {
                adopted.models.append(role)
                continue
            }
            if other.model != role.model || other.fallbacks != role.fallbacks {
                error(
                    place,
                    "the role '\(role.role)' is \(role.model) in \(file.path) and \(other.model) in "
                        + "\(other.location.file); say under 'models' who plays it here")
            }
        }
    }

    /// Reports what a workflow step brings in under a name that stands for something else already.
    func reportAmbiguous(_ steps: [WorkflowStep]) {
        guard !adopted.names.isEmpty else { return }
        var taken = Set(names.map(\.name))
        for step in steps.flatMap(\.withInner) where step.location.file == path {
            // What a workflow's inputs are called is among what it brings in.
            if case .workflow = step.action {
                taken.insert(step.name)
            } else {
                taken.formUnion([step.name] + step.ownNames)
            }
        }
        for (name, place) in adopted.names where !taken.insert(name).inserted {
            error(place, "'\(name)' of the workflow in this step is the name of something else too; rename the step")
        }
    }
}
