import Synchronization
@testable import TraceGraph

/// What the operations of a program looked at without having received it.
final class PeekLog: Sendable {
    @TaskLocal static var current: PeekLog?

    private let nodes = Guarded<[NodeID]>([])

    var all: [NodeID] { nodes.withLock { $0 } }

    func look(at variable: Traced<Value>, having inputs: [NodeID?]) {
        _ = variable.value
        guard let node = variable.node, !inputs.contains(node) else { return }
        nodes.withLock { $0.append(node) }
    }
}

extension GeneratedProgram {
    /// What the program computes, without anything of the recorder.
    func plainResult(_ candidate: Candidate = Candidate(values: [:])) -> Result<Value, Mishapped> {
        do throws(Mishapped) {
            return .success(try plain(body, [], candidate))
        } catch {
            return .failure(error)
        }
    }

    private func plain(_ block: Block, _ outer: [Value], _ candidate: Candidate) throws(Mishapped) -> Value {
        var variables = outer
        for step in block.steps { variables.append(try plain(step, variables, candidate)) }
        return variables[block.result]
    }

    private func plain(_ step: Step, _ variables: [Value], _ candidate: Candidate) throws(Mishapped) -> Value {
        switch step {
        case .input(_, let value), .literal(_, let value), .sharedConstant(_, let value): return value
        case .parameter(let place): return candidate[parameters[place].name] ?? parameters[place].initial
        case .operation(let action):
            do throws(Mishapped) {
                return try action.result(of: action.inputs.map { variables[$0.variable] })
            } catch {
                if action.mishap == .caught { return "instead" }
                throw error
            }
        case .composite(_, _, let block): return try plain(block, variables, candidate)
        case .parallel(let blocks):
            var results: [Value] = []
            for block in blocks { results.append(try plain(block, variables, candidate)) }
            return .list(results)
        case .loop(let turns, let state, let block):
            var value = variables[state]
            for _ in 0..<turns { value = try plain(block, variables + [value], candidate) }
            return value
        }
    }

    /// Runs the program on traced values: recorded where a recording is on, plainly elsewhere.
    ///
    /// - Parameter sideBySide: Whether parallel blocks run in child tasks.
    func run(sideBySide: Bool) async throws -> Traced<Value> {
        try await run(body, [], sideBySide)
    }

    /// A recording of the program.
    func trace(_ candidate: Candidate = Candidate(values: [:]), sideBySide: Bool = false) async -> Trace {
        await Trace.record(candidate) { try await run(sideBySide: sideBySide) }
    }

    private func run(_ block: Block, _ outer: [Traced<Value>], _ sideBySide: Bool) async throws -> Traced<Value> {
        var variables = outer
        for step in block.steps { variables.append(try await run(step, variables, sideBySide)) }
        return variables[block.result]
    }

    private func run(_ step: Step, _ variables: [Traced<Value>], _ sideBySide: Bool) async throws -> Traced<Value> {
        switch step {
        case .input(let base, let value): return Traced(value, name: base)
        case .literal(let base, let value): return .constant(value, name: base)
        case .sharedConstant(let base, let value): return .sharedConstant(value, name: base)
        case .parameter(let place): return .parameter(parameters[place])
        case .operation(let action):
            do {
                return try await run(action, variables)
            } catch let error as Mishapped {
                guard action.mishap == .caught else { throw error }
                return .constant("instead", name: "instead")
            }
        case .composite(let name, let inputs, let block):
            return try await scope(name, inputs: inputs.map { variables[$0.variable].input(as: $0.label) }) {
                try await run(block, variables, sideBySide)
            }
        case .parallel(let blocks):
            let results = try await run(blocks, variables, sideBySide)
            return traced("together", inputs: results.map { $0.input() }) { .list(results.map(\.value)) }
        case .loop(let turns, let state, let block):
            var value = variables[state]
            for _ in 0..<turns { value = try await run(block, variables + [value], sideBySide) }
            return value
        }
    }

    private func run(_ action: Action, _ variables: [Traced<Value>]) async throws -> Traced<Value> {
        let inputs = action.inputs.map { variables[$0.variable].input(as: $0.label) }
        let values = action.inputs.map { variables[$0.variable].value }
        let nodes = action.inputs.map { variables[$0.variable].node }
        guard action.waits else {
            return try traced(
                action.name, node: action.node, inputs: inputs, documentation: "step \(action.number)",
                location: "program:\(action.number)"
            ) {
                if let peek = action.peek { PeekLog.current?.look(at: variables[peek], having: nodes) }
                return try action.result(of: values)
            }
        }
        return try await traced(action.name, node: action.node, inputs: inputs) {
            for _ in 0..<(action.number % 5) { await Task.yield() }
            if let peek = action.peek { PeekLog.current?.look(at: variables[peek], having: nodes) }
            if action.callsModel {
                Recording.note(
                    model: "test:model", completion: nil, usage: Usage(calls: 1, promptTokens: action.number),
                    wasCached: false, duration: 0)
            }
            return try action.result(of: values)
        }
    }

    /// All blocks to their end, also when one fails; then the failure of the first that did.
    private func run(
        _ blocks: [Block], _ variables: [Traced<Value>], _ sideBySide: Bool
    ) async throws -> [Traced<Value>] {
        var results: [Int: Result<Traced<Value>, any Error>] = [:]
        if sideBySide {
            await withTaskGroup(of: (Int, Result<Traced<Value>, any Error>).self) { group in
                for (place, block) in blocks.enumerated() {
                    group.addTask { (place, await outcome(of: block, variables, sideBySide)) }
                }
                for await (place, result) in group { results[place] = result }
            }
        } else {
            for (place, block) in blocks.enumerated() {
                results[place] = await outcome(of: block, variables, sideBySide)
            }
        }
        return try blocks.indices.compactMap { try results[$0]?.get() }
    }

    private func outcome(
        of block: Block, _ variables: [Traced<Value>], _ sideBySide: Bool
    ) async -> Result<Traced<Value>, any Error> {
        do {
            return .success(try await run(block, variables, sideBySide))
        } catch {
            return .failure(error)
        }
    }
}
