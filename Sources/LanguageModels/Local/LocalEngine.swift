import Foundation

/// The program that serves a local model: `llama-server` from the PATH when there is one, else llama.cpp's own server
/// out of a Python wheel, installed into the cache folder.
public struct LocalEngine: Sendable {
    /// The wheel and the version that was tried.
    static let wheel = (name: "xllamacpp", version: "2026.10.11549")

    /// The command that serves a model, and what to call it.
    struct Command: Sendable, Hashable {
        let name: String
        let words: [String]
    }

    private let python: PythonFolder
    private let searchPath: String

    /// - Parameter searchPath: The folders to look for `llama-server` in, as PATH has them.
    public init(_ folder: LocalFolder, searchPath: String, time: Timekeeper = .system) {
        self.python = PythonFolder(folder: folder, time: time)
        self.searchPath = searchPath
    }

    /// The path of `llama-server`; nil when there is none.
    private var program: String? {
        searchPath.split(separator: ":").map { "\($0)/llama-server" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Whether a server can be started without installing anything.
    public var isReady: Bool { program != nil || python.has(Self.wheel.name, Self.wheel.version) }

    /// Installs the engine unless there is one.
    ///
    /// - Throws: ``ModelError/Code/download`` with the reason and what to do.
    public func prepare(progress: @Sendable (LocalProgress) -> Void = { _ in }) async throws {
        guard !isReady else { return }
        progress(.note("installing the engine \(Self.wheel.name) \(Self.wheel.version) (about 100 MB)"))
        try await python.install(Self.wheel.name, Self.wheel.version)
    }

    func command(model path: String, port: Int, _ settings: LocalServerSettings) -> Command {
        let (slots, context, threads) = (settings.slots, settings.context * settings.slots, settings.threads)
        // What replies say they were served by: the same on every machine.
        let alias = path.split(separator: "/").last.map(String.init) ?? path
        if let program {
            return Command(
                name: "llama-server",
                words: [
                    program, "--model", path, "--alias", alias, "--host", "127.0.0.1", "--port", "\(port)",
                    "--parallel", "\(slots)",
                    "--ctx-size", "\(context)", "--threads", "\(threads)", "--jinja",
                ])
        }
        return Command(
            name: Self.wheel.name,
            words: [python.python, "-I", "-c", Self.serving, path, alias]
                + [port, slots, context, threads].map(String.init))
    }

    private static let serving = #"""
        import sys, time, xllamacpp
        path, alias, (port, slots, context, threads) = sys.argv[1], sys.argv[2], map(int, sys.argv[3:7])
        params = xllamacpp.CommonParams()
        params.model.path = path
        params.model_alias = {alias}
        params.hostnames = ["127.0.0.1"]
        params.port = port
        params.n_parallel = slots
        params.n_ctx = context
        params.n_threads_http = slots + 4
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.use_jinja = True
        params.ui = False
        server = xllamacpp.Server(params)
        while True:
            time.sleep(3600)
        """#
}
