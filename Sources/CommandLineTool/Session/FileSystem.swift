import Foundation

/// Files, with errors that name the path and the remedy.
enum FileSystem {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// What stands in the way of making a file at `path`, whose folders need not exist; nil when nothing does.
    static func obstacle(toMaking path: String) -> String? {
        var folder = URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL
        while !exists(folder.path), folder.path != "/" { folder.deleteLastPathComponent() }
        var isFolder = ObjCBool(false)
        _ = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        if !isFolder.boolValue { return "\(folder.path) is no folder" }
        // Some file systems let nobody make a file, whatever the permissions say.
        let trial = folder.appendingPathComponent(".optrace-\(UInt64.random(in: 0...UInt64.max))").path
        guard FileManager.default.createFile(atPath: trial, contents: nil) else {
            return "no file can be made in \(folder.path)"
        }
        do { try FileManager.default.removeItem(atPath: trial) } catch { return "\(error.localizedDescription)" }
        return nil
    }

    static func bytes(of path: String) throws -> [UInt8] {
        guard !isFolder(path) else { throw CommandError("cannot read \(path): it is a folder") }
        guard exists(path) else { throw CommandError("cannot read \(path): there is no such file") }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandError("cannot read \(path): may you read it?")
        }
        return [UInt8](bytes)
    }

    static func text(of path: String) throws -> String {
        let bytes = try bytes(of: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError("\(path) is not UTF-8 text")
        }
        return text
    }

    /// Writes the whole file or nothing: into a file beside it that then takes its name.
    static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    /// Writes the whole file or nothing: into a file beside it that then takes its name.
    static func write(_ content: [UInt8], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content).write(to: url, options: .atomic)
        } catch {
            throw CommandError("cannot write \(path): \(error.localizedDescription)")
        }
    }

    static func folder(of path: String) -> String {
        (path as NSString).deletingLastPathComponent
    }

    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
