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

    /// An optimization of `mood.yaml` on a disk of `size` that is full but for `room` bytes, which is gone on with once
    /// there is space; then `more`. What each said is in `first.json`, `first.txt`, `second.json` and `second.txt`.
    static func filled(butFor room: Int, size: String, then more: String = "") -> String {
        script(
            """
            $optrace eval mood.yaml --limit 1 >/dev/null 2>&1
            cat /dev/zero >cache/filler 2>/dev/null
            truncate -s $(($(stat -c %s cache/filler) - \(room))) cache/filler
            $optrace optimize mood.yaml --json >first.json 2>first.txt; echo first $?
            rm cache/filler
            $optrace optimize --json --resume latest >second.json 2>second.txt; echo second $?
            \(more)
            """, size: size)
    }
}
