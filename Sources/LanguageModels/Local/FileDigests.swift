import ContentHash
import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// SHA-256 digests of large files, remembered in a folder by what the file system knows of each file, so that weights
/// of many gigabytes are read through once and not at every start.
struct FileDigests: Sendable {
    /// Where they are remembered.
    let folder: LocalFolder

    /// The digest of the file at `path`; nil when it cannot be read.
    ///
    /// - Complexity: O(1) for a file seen before that has not changed since, O(size of the file) for others.
    func digest(of path: String) throws(ModelError) -> ContentHash? {
        guard let state = Self.state(of: path) else { return nil }
        let note = URL(fileURLWithPath: "\(folder.digests)/\(ContentHash(of: state).hex)")
        if let known = try? String(contentsOf: note, encoding: .utf8), let digest = ContentHash(hex: known) {
            return digest
        }
        guard let digest = ContentHash(ofFile: path) else { return nil }
        // A file that changes while it is read is nobody's model yet.
        guard Self.state(of: path) == state else {
            throw ModelError(.localServer, "\(path) is being written; try again when it is whole")
        }
        try folder.create(folder.digests)
        // A digest that could not be remembered is only worked out again.
        try? Data(digest.hex.utf8).write(to: note, options: .atomic)
        return digest
    }

    /// Everything by which the file system tells this content of the file from another; nil when there is no file.
    static func state(of path: String) -> String? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        #if canImport(Darwin)
            let (changed, modified) = (found.st_ctimespec, found.st_mtimespec)
        #else
            let (changed, modified) = (found.st_ctim, found.st_mtim)
        #endif
        let times = [changed.tv_sec, changed.tv_nsec, modified.tv_sec, modified.tv_nsec].map { "\($0)" }
        return "\(found.st_dev) \(found.st_ino) \(found.st_size) \(times.joined(separator: " "))"
    }
}
