import CProcess
public import Foundation

/// Bubblewrap, found and seen to work: runs a program without network, with nothing of the machine but the folders it
/// needs, read-only, and an empty scratch folder in memory.
public struct Sandbox: Sendable, Hashable {
    /// The absolute path of `bwrap`.
    public let path: String
    /// Its version, as it says: `0.8.0`.
    public let version: String

    /// The folder programs start in, the only one they can write to.
    static let scratch = "/tmp"

    /// Finds bubblewrap and tries whether it can make a sandbox here.
    ///
    /// - Parameter environment: Where `PATH` is read from.
    /// - Throws: ``CodeError/Code/noSandbox`` saying what is missing and how to get it.
    public static func probe(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(CodeError) -> Sandbox {
        #if os(Linux)
            guard let path = SystemPrograms.path(of: "bwrap", in: environment) else {
                throw missing(
                    "bubblewrap is not installed. Install it with 'apt install bubblewrap' (or your system's)")
            }
            // Its own version, asked from inside a sandbox like the ones code runs in.
            let attempt = [
                path, "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/", "--tmpfs", scratch,
                path, "--version",
            ]
            let result: (text: String, exitCode: Int)
            do throws(CodeError) {
                result = try await SystemPrograms.output(of: attempt, environment: [:], within: .seconds(30))
            } catch {
                throw missing("bubblewrap could not be tried: \(error.message)")
            }
            guard result.exitCode == 0, let version = result.text.split(whereSeparator: \.isWhitespace).last else {
                let reason = result.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason given"
                throw missing(
                    "bubblewrap is installed but cannot make a sandbox here (\(reason)). Allow unprivileged user "
                        + "namespaces (sysctl kernel.unprivileged_userns_clone=1, or "
                        + "kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu; in a container, a security "
                        + "profile that permits them)")
            }
            return Sandbox(path: path, version: String(version))
        #else
            throw missing("There is no sandbox for this system")
        #endif
    }

    private static func missing(_ reason: String) -> CodeError {
        CodeError(
            .noSandbox,
            "Code cannot be run safely: \(reason); or pass --allow-unsandboxed to run it with your own rights.")
    }

    /// `command` run inside, with descriptors 3 and 4 passed on.
    ///
    /// - Parameter folders: What it may read besides the system's libraries, at the same paths.
    func launch(
        _ command: [String], reading folders: [String], environment: [String: String], limits: CodeLimits
    ) -> ChildLaunch {
        var arguments = [path, "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "sandbox"]
        var extra: [UInt8] = []
        if limits.processes == 0 {
            extra = SystemCallFilter.program
            // Descriptor 5 is where a child finds the filter.
            if !extra.isEmpty { arguments += ["--seccomp", "5"] }
        }
        for folder in ["/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/share/zoneinfo", "/etc/ld.so.cache"] {
            arguments += ["--ro-bind-try", folder, folder]
        }
        for folder in ["/lib", "/lib64", "/lib32"] {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder) {
                arguments += ["--symlink", target, folder]
            } else {
                arguments += ["--ro-bind-try", folder, folder]
            }
        }
        for device in ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"] {
            arguments += ["--dev-bind-try", device, device]
        }
        if boundsScratch { arguments += ["--size", String(max(limits.fileBytes, 1 << 16))] }
        arguments += ["--tmpfs", Self.scratch]
        // After the scratch folder, which would hide what lies in it.
        for folder in folders.sorted() { arguments += ["--ro-bind", folder, folder] }
        arguments += ["--chdir", Self.scratch, "--remount-ro", "/"]
        return ChildLaunch(command: arguments + command, environment: environment, extra: extra)
    }

    /// `--size` came with bubblewrap 0.7; before, only the size of each file is bounded.
    private var boundsScratch: Bool {
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        return numbers.count >= 2 && (numbers[0], numbers[1]) >= (0, 7)
    }
}

/// The seccomp program that keeps code from starting processes and from kernel interfaces it has no use for.
enum SystemCallFilter {
    /// Empty where there is none for this machine; processes are then bounded by the number the user may have.
    static let program: [UInt8] = {
        [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = cprocess_filter(buffer.baseAddress, buffer.count)
        }
    }()
}
