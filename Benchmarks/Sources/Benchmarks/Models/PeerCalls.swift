import Foundation
import Optrace

/// The same calls by aiohttp, the client beneath most Python programs of this kind; the process that makes them
/// measures itself.
struct PeerCalls {
    /// CPU time a call.
    let microseconds: Double
    let callsASecond: Double

    /// What `peer/calls.py` exits with where there is no aiohttp.
    private static let missing: Int32 = 3

    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "peer/calls.py").path

    /// Nil when python3 has no aiohttp.
    init?(port: Int, inFlight: Int, calls: Int) throws {
        let child = try ChildProcess(
            "/usr/bin/env", arguments: ["python3", Self.script, "\(port)", "\(inFlight)", "\(calls)"], output: .piped)
        let line = child.line()
        let end = try child.end()
        if end.status == Self.missing { return nil }
        guard end.status == 0, let line, let measured = try? Value(json: line),
            let cost = measured["microseconds"]?.number, let rate = measured["calls_a_second"]?.number
        else { throw BenchmarkError("peer/calls.py failed with status \(end.status)") }
        microseconds = cost
        callsASecond = rate
    }
}
