import LanguageModels
import TraceGraph

/// What a program has reported of one run so far.
struct ProgramReport: Sendable {
    /// How the program ended the run.
    enum End: Sendable {
        case output(node: Int)
        case failed(node: Int?, ProgramFailure)
    }

    private(set) var nodes: [ProgramNode] = []
    /// By the program's numbers.
    private(set) var scopes: [(name: String, parent: Int?)] = []
    private(set) var end: End?

    /// - Throws: ``ProgramMessage/Fault`` for what does not fit what came before.
    mutating func take(_ node: ProgramNode) throws(ProgramMessage.Fault) {
        guard node.number == nodes.count else {
            throw ProgramMessage.Fault(what: "node \(node.number) came where node \(nodes.count) was next")
        }
        for input in node.inputs where !nodes.indices.contains(input.number) {
            throw ProgramMessage.Fault(
                what: "the input '\(input.name)' of '\(node.name)' is node \(input.number), which is not there yet")
        }
        if let scope = node.scope, !scopes.indices.contains(scope) {
            throw ProgramMessage.Fault(what: "'\(node.name)' is in scope \(scope), which is not open")
        }
        nodes.append(node)
    }

    mutating func open(_ number: Int, name: String, parent: Int?) throws(ProgramMessage.Fault) {
        guard number == scopes.count, parent.map(scopes.indices.contains) ?? true else {
            throw ProgramMessage.Fault(what: "scope \(number) came where scope \(scopes.count) was next")
        }
        scopes.append((name, parent))
    }

    mutating func finish(_ end: End) throws(ProgramMessage.Fault) {
        switch end {
        case .output(let node), .failed(.some(let node), _):
            guard nodes.indices.contains(node) else {
                throw ProgramMessage.Fault(what: "the run ends with node \(node), which is not there")
            }
        case .failed(nil, _): break
        }
        self.end = end
    }
}
