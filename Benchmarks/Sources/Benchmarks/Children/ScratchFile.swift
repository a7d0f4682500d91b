import Foundation

/// A file in a new folder of its own, for a database.
struct ScratchFile {
    let folder: URL
    let path: String

    init(_ name: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("optrace-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent(name).path
    }

    /// Removes the folder; what cannot be removed stays where temporary files are.
    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
