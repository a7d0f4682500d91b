import ContentHash
import Foundation

/// Everything about models on this machine: bringing them in, serving them, stopping them.
public final class LocalModels: Sendable {
    /// A model and what is known of it here.
    public struct Listing: Sendable, Hashable {
        /// What the manifest says of it.
        public let model: LocalModelFile
        /// Where its file is.
        public let path: String
        /// Whether the file is here, whole.
        public let isPresent: Bool
        /// The size: of the file when it is here, else as the manifest says; nil when nobody knows.
        public let bytes: Int?
        /// The servers that run it now.
        public let servers: [RunningServer]
    }

    /// The models that can be had by a short name.
    public let manifest: ModelManifest
    /// Where their files are kept.
    public let store: LocalModelStore
    /// What runs them.
    public let engine: LocalEngine
    /// What starts and stops servers.
    public let servers: LocalServers
    /// How servers are started.
    public let settings: LocalServerSettings
    let transport: any HTTPTransport
    private let progress: @Sendable (LocalProgress) -> Void
    private let digests: FileDigests
    private let starts = Flights<String, ServedModel>()
    private let served = ServedModels()

    /// - Parameters:
    ///   - environment: See ``LocalFolder`` and ``LocalServerSettings``; `PATH` is where `llama-server` is looked for.
    ///   - progress: Told what happens while a model is made ready because of a call.
    /// - Throws: ``ModelError/Code/setting`` when a variable is not what it should be.
    public init(
        environment: [String: String], transport: any HTTPTransport, manifest: ModelManifest = .standard,
        time: Timekeeper = .system, progress: @escaping @Sendable (LocalProgress) -> Void = { _ in }
    ) throws(ModelError) {
        let folder = try LocalFolder(environment: environment)
        let engine = LocalEngine(folder, searchPath: environment["PATH"] ?? "", time: time)
        self.manifest = manifest
        self.transport = transport
        self.progress = progress
        self.engine = engine
        settings = try LocalServerSettings(
            environment: environment, cores: ProcessInfo.processInfo.activeProcessorCount)
        digests = FileDigests(folder: folder)
        store = LocalModelStore(folder, transport: transport, time: time)
        servers = LocalServers(folder: folder, engine: engine, transport: transport, time: time)
    }

    /// Brings a model in, and the engine to serve it, unless they are here.
    ///
    /// - Parameter name: What may stand after `local:`.
    /// - Returns: The path of the model file.
    /// - Throws: ``ModelError`` with code `unknownModel` or `download`; `CancellationError`.
    @discardableResult
    public func pull(
        _ name: String, progress: @escaping @Sendable (LocalProgress) -> Void = { _ in }
    ) async throws -> String {
        let path = try await store.pull(try manifest.file(name), progress: progress)
        try await engine.prepare(progress: progress)
        return path
    }

    /// The models of the manifest, and those that are served, in that order.
    public func list() async -> [Listing] {
        let running = await servers.running()
        var listings = manifest.models.map { listing($0, running) }
        let known = Set(listings.map(\.path))
        for path in Set(running.map(\.model)).subtracting(known).sorted() {
            let file = LocalModelFile(name: path, file: path, bytes: nil, sha256: nil, sources: [], path: path)
            listings.append(listing(file, running))
        }
        return listings
    }

    private func listing(_ model: LocalModelFile, _ running: [RunningServer]) -> Listing {
        let path = store.path(of: model)
        let size = store.size(of: model)
        return Listing(
            model: model, path: path, isPresent: size != nil, bytes: size ?? model.bytes,
            servers: running.filter { $0.model == path })
    }

    /// Starts a server that stays when this process ends; brings the model in first where needed.
    ///
    /// - Returns: The server; the one that stays already, if there is one for the same model and settings.
    public func serve(
        _ name: String, progress: @escaping @Sendable (LocalProgress) -> Void = { _ in }
    ) async throws -> RunningServer {
        let path = try await pull(name, progress: progress)
        return try await servers.server(for: path, settings, stays: true, progress).server
    }

    /// Ends the servers of the model `name`, or all of them.
    ///
    /// - Returns: Those that were ended.
    @discardableResult
    public func stop(_ name: String? = nil) async throws -> [RunningServer] {
        let path = try name.map { store.path(of: try manifest.file($0)) }
        var stopped: [RunningServer] = []
        for server in await servers.running() where path == nil || server.model == path {
            try await servers.stop(server)
            stopped.append(server)
        }
        return stopped
    }

    /// Ends the servers that this process started for its own calls. They end with the process in any case.
    public func close() async {
        for model in served.removeAll() {
            await model.process?.stop()
            if model.process != nil { servers.forget(model.server) }
        }
    }

    /// What tells the weights called `name` from others of that name: `sha256:` and the manifest's checksum, that of an
    /// address, or the digest of a file of one's own. Nil for an address without a checksum: the name holds the
    /// address.
    ///
    /// Nothing is brought in for it.
    ///
    /// - Throws: ``ModelError`` with code `unknownModel`; `download` when there is no file at a path.
    /// - Complexity: O(1) but for a file that was never seen before, which is read through.
    func endpoint(of name: String) throws -> String? {
        let file = try manifest.file(name)
        if let checksum = file.sha256 { return "sha256:\(checksum)" }
        guard let path = file.path else { return nil }
        guard let digest = try digests.digest(of: path) else {
            throw ModelError(.download, "there is no model file at \(path), or it cannot be read")
        }
        return "sha256:\(digest.hex)"
    }

    /// The server for calls to the model `name`, started on first use.
    func server(for name: String) async throws -> ServedModel {
        if let known = served[name] { return known }
        return try await starts.value(for: name) { [self] in
            // Another call may have started it between the look above and here.
            if let known = served[name] { return known }
            let path = try await pull(name, progress: progress)
            let (server, process) = try await servers.server(for: path, settings, stays: false, progress)
            let model = ServedModel(server: server, process: process)
            served[name] = model
            return model
        }
    }

    /// Forgets the server of `name` if it is `model` and has ended.
    ///
    /// - Returns: Whether it was forgotten, so that asking again starts another.
    func replace(_ model: ServedModel, of name: String) async -> Bool {
        guard !(await servers.isAlive(model.server)) else { return false }
        served.remove(model, name)
        return true
    }
}
