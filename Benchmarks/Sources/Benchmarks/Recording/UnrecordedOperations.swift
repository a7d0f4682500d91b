import Optrace

/// What an operation costs outside a recording over the plain call.
struct UnrecordedOperations: Benchmark {
    static let name = "record.off"

    func measure(_ report: Report) async throws {
        let size = 1_000_000
        await measure(Int.self, named: "chain", size, report)
        await measure(String.self, named: "chain.text", size, report)
    }

    private func measure<Content: Addend>(
        _: Content.Type, named label: String, _ size: Int, _ report: Report
    ) async {
        let traced = await Median().perUnit { watch in
            _ = await watch.time(size) {
                Shape.chain.run(
                    TracedAdder<Content>(), count: size, Traced(.sample, name: "start"), Traced(.sample, name: "other"))
            }
        }
        let plain = await Median().perUnit { watch in
            _ = await watch.time(size) {
                Shape.chain.run(PlainAdder<Content>(), count: size, .sample, .sample)
            }
        }
        report.add(
            Measure(
                name: name, shape: label, size: size, value: traced - plain, unit: "ns", reach: 20,
                details: ["plain": .number(Measure.rounded(plain))]))
    }
}
