import Foundation

/// Where local models, their engine and the logs of their servers are kept: `OPTRACE_CACHE_HOME`, or `optrace` in the
/// user's cache folder (`XDG_CACHE_HOME`, `~/.cache`).
public struct LocalFolder: Sendable, Hashable {
    /// Where it is.
    public let path: String

    public init(_ path: String) {
        self.path = path
    }

    /// - Throws: ``ModelError/Code/setting`` when the environment names no folder and no home.
    public init(environment: [String: String]) throws(ModelError) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let own = set("OPTRACE_CACHE_HOME") {
            path = own
        } else if let caches = set("XDG_CACHE_HOME") {
            path = caches + "/optrace"
        } else if let home = set("HOME") {
            path = home + "/.cache/optrace"
        } else {
            throw ModelError(.setting, "there is no folder for local models: set OPTRACE_CACHE_HOME")
        }
    }

    var models: String { path + "/models" }
    var parts: String { path + "/parts" }
    var engine: String { path + "/engine" }
    var servers: String { path + "/servers" }
    var logs: String { path + "/logs" }
    var locks: String { path + "/locks" }
    var digests: String { path + "/digests" }

    /// Makes sure that `folder` exists.
    func create(_ folder: String) throws(ModelError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ModelError(
                .setting, "the folder \(folder) cannot be created; set OPTRACE_CACHE_HOME to one that can",
                underlyingError: error)
        }
    }
}
