import Foundation
import TraceStore

/// A folder of its own for one test. All of them are removed when the tests end, not earlier: a store may outlive every
/// mention of its folder.
struct TemporaryFolder {
    let url: URL

    private static let root: URL = {
        let place = FileManager.default.temporaryDirectory
        let root = place.appendingPathComponent("optrace-store-tests-\(ProcessInfo.processInfo.processIdentifier)")
        atexit {
            do {
                try FileManager.default.removeItem(at: TemporaryFolder.root)
            } catch {
                // What is left in the temporary folder is the system's to clean.
            }
        }
        return root
    }()

    init() throws {
        url = Self.root.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Where the store of the test lives.
    var database: String { path("optrace.sqlite") }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func store() throws -> TraceStore { try TraceStore(path: database, clock: .fixed) }
}

extension StoreClock {
    /// 2 January 2026, 03:04:05.678 UTC.
    static let fixed = StoreClock.at(0)

    /// The fixed time and `seconds` more.
    static func at(_ seconds: Double) -> StoreClock {
        StoreClock { Date(timeIntervalSince1970: 1_767_323_045.678 + seconds) }
    }
}
