import ContentHash
import Foundation
import HTTPTypes
import TraceGraph

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The local model servers of this user: starts them, finds those that run, stops them.
///
/// Each server is registered in a file, so that several processes share one for the same model and settings.
public struct LocalServers: Sendable {
    let folder: LocalFolder
    let engine: LocalEngine
    let transport: any HTTPTransport
    let time: Timekeeper

    private static let patience = Duration.seconds(180)

    /// A server for the model file at `model`: one that runs, or else a new one that ends with this process.
    ///
    /// - Parameter stays: Whether a new server goes on when this process ends.
    /// - Returns: The server, and its process when this process has started it to end with it.
    /// - Throws: ``ModelError/Code/localServer`` with the end of the server's log.
    func server(
        for model: String, _ settings: LocalServerSettings, stays: Bool, _ progress: @Sendable (LocalProgress) -> Void
    ) async throws -> (server: RunningServer, process: LocalServerProcess?) {
        for needed in [folder.servers, folder.logs, folder.locks] { try folder.create(needed) }
        // A server goes on with the weights it has read: a file in their place is another model.
        let content = FileDigests.state(of: model) ?? ""
        let mark =
            "\(model)\n\(settings.threads) \(settings.slots) \(settings.context)\n\(content)"
        let name = String(ContentHash(of: mark).hex.prefix(16))
        return try await FileLock.holding("\(folder.locks)/server-\(name)", time: time) {
            let file = "\(folder.servers)/\(name).json"
            if let running = read(file), await isAlive(running) {
                guard stays, running.owner != nil else { return (running, nil) }
                throw ModelError(
                    .localServer,
                    "process \(running.owner ?? 0) already serves this model until it ends (\(running.url)); "
                        + "wait for it, or stop that server first")
            }
            progress(.note("starting a server for \(model.split(separator: "/").last ?? "")"))
            return try await launch(model, settings, name, stays: stays)
        }
    }

    /// The registered servers that run and answer.
    public func running() async -> [RunningServer] {
        var servers: [RunningServer] = []
        for file in files() {
            if let server = read(file), await isAlive(server) { servers.append(server) }
        }
        return servers
    }

    /// Ends a registered server, whoever started it, and returns when it is gone.
    ///
    /// - Throws: ``ModelError/Code/localServer`` when it does not end.
    public func stop(_ server: RunningServer) async throws {
        for signal in [SIGTERM, SIGKILL] {
            guard server.exists else { break }
            kill(pid_t(server.pid), signal)
            for _ in 0..<50 where server.exists { try await time.sleep(.milliseconds(100)) }
        }
        guard !server.exists else {
            throw ModelError(.localServer, "the server with process number \(server.pid) does not end; may you end it?")
        }
        forget(server)
    }

    /// Whether the server's process exists and the server answers.
    func isAlive(_ server: RunningServer) async -> Bool {
        guard server.exists else { return false }
        return await isHealthy(server.port)
    }

    /// Takes a server that has ended out of the register.
    func forget(_ server: RunningServer) {
        for file in files() where read(file)?.pid == server.pid {
            // Whoever finds a register entry without a server ignores it; removing it is tidiness.
            try? FileManager.default.removeItem(atPath: file)
        }
    }

    /// Between the search for a free port and the server's start somebody else may take the port: then another one is tried.
    private func launch(
        _ model: String, _ settings: LocalServerSettings, _ name: String, stays: Bool
    ) async throws -> (server: RunningServer, process: LocalServerProcess?) {
        for _ in 0..<3 {
            do {
                return try await launch(model, settings, name, stays: stays, on: try FreePort.find())
            } catch let error as ModelError where error.message.lowercased().contains("address already in use") {
                continue
            }
        }
        return try await launch(model, settings, name, stays: stays, on: try FreePort.find())
    }

    private func launch(
        _ model: String, _ settings: LocalServerSettings, _ name: String, stays: Bool, on port: Int
    ) async throws -> (server: RunningServer, process: LocalServerProcess?) {
        let log = "\(folder.logs)/\(name).log"
        guard FileManager.default.createFile(atPath: log, contents: nil) else {
            throw ModelError(.localServer, "the log \(log) cannot be written")
        }
        let command = engine.command(model: model, port: port, settings)
        var process: LocalServerProcess?
        let pid: Int
        if stays {
            pid = try await LocalServerProcess.startStaying(command, log: log)
        } else {
            (process, pid) = try await LocalServerProcess.start(command, log: log)
        }
        let server = RunningServer(
            pid: pid, port: port, model: model, engine: command.name, threads: settings.threads,
            slots: settings.slots, context: settings.context, log: log,
            owner: stays ? nil : Int(getpid()), begun: RunningServer.begin(of: pid))
        do {
            try await waitUntilHealthy(server, process)
            try server.recorded.prettyJSON.write(
                toFile: "\(folder.servers)/\(name).json", atomically: true, encoding: .utf8)
            return (server, process)
        } catch {
            if let process { await process.stop() } else { kill(pid_t(pid), SIGKILL) }
            throw error
        }
    }

    private func waitUntilHealthy(_ server: RunningServer, _ process: LocalServerProcess?) async throws {
        let start = time.now()
        while !(await isHealthy(server.port)) {
            let hasEnded = process?.hasEnded ?? !server.exists
            guard !hasEnded, time.now() - start < Self.patience else {
                let what = hasEnded ? "ended before it was ready" : "is not ready after \(Self.patience)"
                throw ModelError(
                    .localServer,
                    "the server \(server.engine) for \(server.model) \(what). Its log \(server.log) ends: "
                        + LogTail.ofFile(server.log))
            }
            try await time.sleep(.milliseconds(100))
        }
    }

    private func isHealthy(_ port: Int) async -> Bool {
        guard let address = ServerAddress("http://127.0.0.1:\(port)/health") else { return false }
        let request = TransportRequest(
            .get, address, timeouts: TransferTimeouts(connect: .seconds(2), firstByte: .seconds(5)))
        // A server that does not answer yet is what this asks about, not a failure.
        return (try? await transport.send(request))?.head.status == .ok
    }

    private func files() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.servers)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().map { "\(folder.servers)/\($0)" }
    }

    private func read(_ file: String) -> RunningServer? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8), let value = try? Value(json: text) else {
            return nil
        }
        return RunningServer(value)
    }
}
