import Foundation
import Testing
import TraceGraph

@Suite("Recording: many at once")
struct RecordingStressTests {
    /// Traces and operations in each. `OPTRACE_STRESS=full` asks for the size the recorder is meant for.
    static var size: (traces: Int, operations: Int) {
        ProcessInfo.processInfo.environment["OPTRACE_STRESS"] == "full" ? (64, 10_000) : (64, 400)
    }

    static let branches = 8

    struct Scaled: Sendable {
        @Parameter("scale") var scale = 0
    }

    /// A trace of `operations` operations in `branches` child tasks; each holds a number that no other operation of any
    /// trace has, and reads the one before it in its branch and the parameter.
    func record(_ number: Int, operations: Int) async -> Trace {
        let scaled = Scaled()
        let base = number * 10_000_000
        return await Trace.record(Candidate(id: .init(number), values: ["scale": .integer(number)])) {
            let ends = try await withThrowingTaskGroup(of: (Int, Traced<Int>).self) { group in
                for branch in 0..<Self.branches {
                    group.addTask {
                        var last = Traced(base + branch, name: "start")
                        let count = operations / Self.branches
                        for step in 1...count {
                            let next = base + branch + step * Self.branches
                            if step % 50 == 0 {
                                last = try await traced("pause", last, scaled.$scale) { _, _ in
                                    await Task.yield()
                                    return next
                                }
                            } else {
                                last = traced("step", last, scaled.$scale) { _, _ in next }
                            }
                        }
                        return (branch, last)
                    }
                }
                var ends: [Int: Traced<Int>] = [:]
                for try await (branch, end) in group { ends[branch] = end }
                return ends
            }
            let inputs = (0..<Self.branches).compactMap { branch in ends[branch]?.input(as: "branch\(branch)") }
            return traced("together", inputs: inputs) { number }
        }
    }

    @Test("no node is lost, doubled, or in another trace; every edge is where it belongs")
    func nothingLost() async throws {
        let (traces, operations) = Self.size
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<traces {
                group.addTask { try check(await record(number, operations: operations), number, operations) }
            }
            try await group.waitForAll()
        }
    }

    func check(_ trace: Trace, _ number: Int, _ operations: Int) throws {
        let base = number * 10_000_000
        let made = operations / Self.branches * Self.branches
        #expect(trace.nodes.count == made + Self.branches + 2)
        #expect(trace.parameters.map { trace[$0].value } == [.integer(number)])
        #expect(trace.result?.inputs.count == Self.branches)
        let parameter = try #require(trace.parameters.first)
        var seen: Set<Int> = []
        var ordinals: [String: Int] = [:]
        // One expectation a trace: a million of them would take longer than what they look at.
        var faults: [String] = []
        for node in trace.nodes {
            if node.ordinal != ordinals[node.base, default: 0] { faults.append("\(node.name) is out of order") }
            ordinals[node.base] = node.ordinal + 1
            guard node.base == "step" || node.base == "pause" || node.base == "start" else { continue }
            guard let value = node.value.integer, (base..<(base + made + Self.branches)).contains(value),
                seen.insert(value).inserted
            else {
                faults.append("\(node.name) is doubled or foreign")
                continue
            }
            let inputs = node.inputs
            if node.base == "start" {
                if !inputs.isEmpty { faults.append("\(node.name) reads something") }
            } else if inputs.count != 2 || trace[inputs[0].node].value != .integer(value - Self.branches)
                || inputs[1].node != parameter
            {
                faults.append("\(node.name) does not read what it should")
            }
        }
        #expect(seen.count == made + Self.branches)
        #expect(faults.isEmpty, "\(faults.prefix(5)) in trace \(number)")
        let subgraph = try trace.subgraph(from: trace.result.map { [$0.id] } ?? [])
        #expect(subgraph.nodes.count == made + 2 && subgraph.blankets.count == Self.branches)
    }
}
