import ContentHash
import TraceGraph

/// Reads one workflow file and gathers everything that is wrong with it.
///
/// Each part reads what it can and reports the rest, so that one reading finds all mistakes; what depends on something
/// that was already reported stays silent.
final class WorkflowReader {
    /// What a name of the workflow stands for.
    enum Meaning: String {
        case input, constant, parameter, step
    }

    let path: String
    let folder: String
    let environment: [String: String]
    let files: SourceFiles
    let optimizers: OptimizerCheck
    private(set) var problems: [WorkflowProblem] = []

    /// Everything that can be referred to, in the order of declaration.
    var names: [(name: String, meaning: Meaning)] = []
    var meanings: [String: Meaning] = [:]
    var used: Set<String> = []
    var parameters: [String: WorkflowParameter] = [:]
    var constants: [String: WorkflowConstant] = [:]
    var roles: [String: ModelRole] = [:]
    /// What the texts hold that the file names, by the scalars that name them (`file://…`).
    var digests: [String: ContentHash] = [:]
    /// How the texts of parameters and constants lie in the file.
    var layouts: [String: SourceNode.Layout] = [:]
    /// The environment variables that the file names, with what they are set to.
    private(set) var variables: [String: String?] = [:]
    /// Names of declarations that could not be read: known, but not fit to be looked at closely.
    var broken: Set<String> = []
    /// What steps that are workflows bring in.
    var adopted = Adopted()
    /// The files this one is read inside of.
    let family: WorkflowFamily

    init(
        path: String, environment: [String: String], files: SourceFiles,
        optimizers: @escaping OptimizerCheck = { _ in [] }, family: WorkflowFamily? = nil
    ) {
        self.path = path
        self.folder = SourceFiles.folder(of: path)
        self.environment = environment
        self.files = files
        self.optimizers = optimizers
        self.family = family ?? WorkflowFamily(path)
    }

    // MARK: Reporting

    func location(_ place: SourceNode.Place) -> FileLocation {
        FileLocation(file: path, line: place.line, column: place.column)
    }

    func error(_ place: SourceNode.Place, _ message: String) { error(location(place), message) }

    func error(_ location: FileLocation, _ message: String) {
        report(WorkflowProblem(.error, at: location, message))
    }

    func warning(_ place: SourceNode.Place, _ message: String) {
        report(WorkflowProblem(.warning, at: location(place), message))
    }

    /// Adds a problem, unless it was reported before.
    func report(_ problem: WorkflowProblem) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    var hasErrors: Bool { problems.contains { $0.severity == .error } }

    /// By place, the workflow file's own first.
    var sortedProblems: [WorkflowProblem] {
        problems.sorted { a, b in
            let isOwn = (a.location.file == path, b.location.file == path)
            if isOwn.0 != isOwn.1 { return isOwn.0 }
            return a.location == b.location ? a.message < b.message : a.location < b.location
        }
    }

    // MARK: The environment

    /// Notes a variable that an inner file names.
    func noteVariable(_ name: String, _ value: String?) { variables.updateValue(value, forKey: name) }

    /// The tree with `${NAME:-default}` filled in.
    func substituted(_ node: SourceNode) -> SourceNode { substituted(node, as: .file) }

    /// What a part of the file is, as far as it decides about secrets.
    private enum Part {
        /// The file, or a branch, which has steps like it.
        case file
        case steps, step
        /// A step's address, whose variables stay that are named like a secret, to be filled in for each request.
        case address
        /// A step's header, which is filled in for each request: what is in it is secret.
        case header
        /// All the rest, in which a name of the author's may be any word.
        case other

        /// What stands under `key`.
        func part(under key: String) -> Part {
            switch (self, key) {
            case (.file, "steps"), (.step, "steps"): .steps
            case (.steps, _): .step
            case (.step, "then"), (.step, "else"): .file
            case (.step, "http"): .address
            case (.step, "headers"): .header
            default: .other
            }
        }
    }

    private func substituted(_ node: SourceNode, as part: Part) -> SourceNode {
        if part == .header { return node }
        switch node.content {
        case .scalar(var scalar):
            let leavesSecrets = part == .address
            do {
                for name in EnvironmentText.names(in: scalar.text) {
                    if leavesSecrets, EnvironmentText.isSecret(name) { continue }
                    variables.updateValue(environment[name], forKey: name)
                }
                let text = try EnvironmentText.substituted(
                    scalar.text, from: environment, leavesSecrets: leavesSecrets)
                guard text != scalar.text else { return node }
                // YAML wants quotes around a variable inside { } and [ ]; they do not make a number a text.
                if EnvironmentText.isOneVariable(scalar.text) { scalar.isPlain = true }
                scalar.text = text
                scalar.layout = .unknown
                return SourceNode(content: .scalar(scalar), place: node.place)
            } catch {
                var place = node.place
                if case .line(let indent) = scalar.layout { place.column += indent + error.offset }
                self.error(
                    place,
                    "the environment variable \(error.name) is not set; set it or write ${\(error.name):-default}, "
                        + "or $${ for a plain ${")
                return SourceNode(content: .unusable, place: node.place)
            }
        case .list(let list):
            return SourceNode(content: .list(list.map { substituted($0, as: .other) }), place: node.place)
        case .mapping(let entries):
            let entries = entries.map { entry in
                var entry = entry
                entry.value = substituted(entry.value, as: part.part(under: entry.key))
                return entry
            }
            return SourceNode(content: .mapping(entries), place: node.place)
        case .unusable: return node
        }
    }
}
