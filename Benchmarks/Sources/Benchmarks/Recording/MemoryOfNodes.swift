import CMemory
import Optrace

/// How much memory a recorded node takes, its value aside.
///
/// Measured is what the C library has handed out for a finished trace of small integers, less the stride of one `Value` a
/// node.
struct MemoryOfNodes: Benchmark {
    static let name = "record.memory"

    func measure(_ report: Report) async throws {
        let size = 1_000_000
        for shape in Shape.allCases {
            let program = ShapedProgram<Int>(shape, count: size)
            // Once before, so that what is made at first use is there.
            _ = await ShapedProgram<Int>(shape, count: 1_000).record()
            let before = allocated_bytes()
            let trace = await program.record()
            let bytes = Double(allocated_bytes() - before) / Double(trace.nodes.count)
            let value = Double(MemoryLayout<Value>.stride)
            report.add(
                Measure(
                    name: name, shape: shape.rawValue, size: trace.nodes.count, value: bytes - value, unit: "B",
                    reach: 64, details: ["with_values": .number(Measure.rounded(bytes))]))
        }
    }
}
