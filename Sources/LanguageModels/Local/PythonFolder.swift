import Foundation

/// A private Python environment in the cache folder, for what only comes as a Python package.
struct PythonFolder: Sendable {
    let folder: LocalFolder
    let time: Timekeeper

    private var home: String { folder.engine + "/python" }
    var python: String { home + "/bin/python" }

    /// Whether the module `name` at exactly `version` was installed here.
    func has(_ name: String, _ version: String) -> Bool {
        FileManager.default.fileExists(atPath: marker(name, version))
    }

    /// Makes the environment unless it is there.
    ///
    /// - Throws: ``ModelError/Code/download`` saying what to install when there is no Python.
    func prepare() async throws {
        if FileManager.default.fileExists(atPath: home + "/ready") { return }
        try folder.create(folder.engine)
        try folder.create(folder.locks)
        try await FileLock.holding(folder.locks + "/python", time: time) {
            if FileManager.default.fileExists(atPath: home + "/ready") { return }
            try await ToolRun.output(
                of: "python3", ["-m", "venv", "--clear", home],
                for: "a private Python environment is needed (install python3 and python3-venv)", .download)
            try Data().write(to: URL(fileURLWithPath: home + "/ready"))
        }
    }

    /// Installs one package, alone and only as a built wheel.
    func install(_ name: String, _ version: String) async throws {
        try await prepare()
        try await FileLock.holding(folder.locks + "/python", time: time) {
            if has(name, version) { return }
            try await pip(
                ["install", "--no-deps", "--only-binary", ":all:", "\(name)==\(version)"],
                for: "the engine \(name) \(version) could not be installed")
            try Data().write(to: URL(fileURLWithPath: marker(name, version)))
        }
    }

    /// Downloads one package into `target` without installing it.
    func download(_ name: String, _ version: String, to target: String) async throws {
        try await pip(
            ["download", "--no-deps", "--only-binary", ":all:", "-d", target, "\(name)==\(version)"],
            for: "the package \(name) \(version) could not be downloaded")
    }

    private func pip(_ arguments: [String], for purpose: String) async throws {
        try await ToolRun.output(
            of: python, ["-m", "pip", "--disable-pip-version-check", "--no-input", "-q"] + arguments, for: purpose,
            .download)
    }

    private func marker(_ name: String, _ version: String) -> String { "\(home)/\(name)-\(version).installed" }
}
