import ContentHash
import Foundation
import Synchronization

/// The digests of the programs that steps start, each read once as long as its file is the same.
final class ProgramDigests: Sendable {
    private struct Stamp: Hashable {
        let path: String
        let size: Int
        let changed: Date
    }

    private let known = Mutex<[Stamp: ContentHash]>([:])

    /// The digest of the program that `name` starts.
    ///
    /// - Parameter environment: Where `PATH` is read from.
    /// - Returns: Nil when there is no such program, or it cannot be read.
    func digest(of name: String, in environment: [String: String]) throws -> ContentHash? {
        guard let path = SystemPrograms.path(of: name, in: environment) else { return nil }
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard FileManager.default.isReadableFile(atPath: file) else { return nil }
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        guard let size = attributes[.size] as? Int, let changed = attributes[.modificationDate] as? Date else {
            return nil
        }
        let stamp = Stamp(path: file, size: size, changed: changed)
        if let digest = known.withLock({ $0[stamp] }) { return digest }
        let digest = ContentHash(of: Array(try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)))
        known.withLock { $0[stamp] = digest }
        return digest
    }
}
