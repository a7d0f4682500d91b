import Foundation

/// How many files, connections included, this process may have open at once.
enum OpenFiles {
    /// With fewer even the smallest run fails in the middle: the database, the event loops and the pipes of one child.
    static let fewest = 40
    /// More is never asked for: programs that close all descriptors there could be take their time over it.
    private static let most: rlim_t = 65_536

    /// Raises the soft limit to what the hard one allows.
    ///
    /// - Throws: ``CommandError`` with the remedy when that is too few to work with.
    static func prepare() throws {
        var limit = rlimit()
        guard getrlimit(descriptors, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, most)
        if limit.rlim_cur < wanted {
            var raised = limit
            raised.rlim_cur = wanted
            if setrlimit(descriptors, &raised) == 0 { limit = raised }
        }
        guard limit.rlim_cur >= rlim_t(fewest) else {
            throw CommandError(
                "only \(limit.rlim_cur) files may be open at once here, and at least \(fewest) are needed; allow more "
                    + "with `ulimit -n 1024`, or have the hard limit raised")
        }
    }

    /// How many calls may be under way where `wanted` are asked for: each has a connection, and what a process needs beside
    /// them is left over. Where no more can be opened libraries end the process.
    ///
    /// - Parameter wanted: Nil for what suits the provider.
    /// - Returns: `wanted`, or fewer, which is said.
    static func affordable(_ wanted: Int?) -> Int? {
        var limit = rlimit()
        guard getrlimit(descriptors, &limit) == 0 else { return wanted }
        // Three pipes and a moment's fourth for each child that runs code; the database, event loops and streams.
        let children = ProcessInfo.processInfo.activeProcessorCount + 2
        let most = max(1, Int(min(limit.rlim_cur, 1 << 30)) - 4 * children - 24)
        guard (wanted ?? usual) > most else { return wanted }
        Output.message(
            "note: only \(limit.rlim_cur) files may be open at once here (ulimit -n), so no more than "
                + "\(Figures.count(most, "call")) are under way at once")
        return most
    }

    /// What no provider's own number is above.
    private static let usual = 16

    #if os(Linux)
        private static let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let descriptors = RLIMIT_NOFILE
    #endif
}
