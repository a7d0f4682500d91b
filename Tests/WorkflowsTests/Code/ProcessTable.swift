import Foundation
import Workflows

/// The processes of this machine, as far as tests must know about them.
enum ProcessTable {
    /// Limits no other runtime of the tests has, so that its children can be told by their arguments.
    static func markedLimits() -> CodeLimits {
        var limits = CodeLimits()
        limits.memoryBytes += Int.random(in: 1...(1 << 20))
        return limits
    }

    /// Living processes whose arguments hold the limits.
    static func processes(marked limits: CodeLimits) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int($0) }.filter { pid in
            // A process may end between the listing and the look at it.
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
            return String(decoding: data, as: UTF8.self).contains("\"RLIMIT_AS\":\(limits.memoryBytes),")
        }
    }

    /// Whether the process is alive, or a zombie this process should have reaped.
    static func isLeft(_ pid: Int) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard fields.count > 4 else { return false }
        return fields[2] != "Z" || Int(fields[3]) == Int(ProcessInfo.processInfo.processIdentifier)
    }
}
