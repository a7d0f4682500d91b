import Foundation
import Testing

@Suite("docs/faults.md")
struct FaultsPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/faults.md")

    @Test("lists every fault of the table with its treatment, in the same order")
    func table() throws {
        let lines = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n")
        let treatments = Set(TransportFault.Treatment.allCases.map(\.rawValue))
        let rows = lines.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let listed = rows.filter { $0.count == 2 && treatments.contains($0[1]) }
        #expect(listed == TransportFault.all.map { [$0.name, $0.treatment.rawValue] })
    }

    @Test("names are unique, and there are many")
    func names() {
        #expect(Set(TransportFault.all.map(\.name)).count == TransportFault.all.count)
        #expect(TransportFault.all.count >= 40)
    }
}
