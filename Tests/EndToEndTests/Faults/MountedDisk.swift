import Foundation
import Subprocess

/// A small disk of its own for one script: a file system in memory, in a mount namespace that ends with the script.
enum MountedDisk {
    /// Whether namespaces can be made here; tests without are left out.
    static let isAvailable: Bool = {
        let probe = Process()
        probe.executableURL = URL(filePath: "/usr/bin/unshare")
        probe.arguments = ["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
        probe.standardError = FileHandle.nullDevice
        do {
            try probe.run()
            probe.waitUntilExit()
            return probe.terminationStatus == 0
        } catch {
            return false
        }
    }()

    /// `script` where `cache/` is a disk of `size` (as `mount` takes it).
    static func script(_ script: String, size: String) -> String {
        let inner = "mkdir -p cache && mount -t tmpfs -o size=\(size) tmpfs cache\n" + script
        return "optrace=$optrace unshare --user --map-root-user --mount sh -c '\(inner)'"
    }
}
