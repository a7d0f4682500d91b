import Foundation

/// Where the texts of workflow files, prompts, code and data come from.
public struct SourceFiles: Sendable {
    /// The bytes of the file at a path; nil when there is none.
    ///
    /// Throws when there is a file that cannot be read.
    public var contents: @Sendable (_ path: String) throws -> [UInt8]?

    public init(contents: @escaping @Sendable (_ path: String) throws -> [UInt8]?) {
        self.contents = contents
    }

    struct IsFolder: Error, CustomStringConvertible {
        var description: String { "it is a folder" }
    }

    /// The files of the machine.
    public static let disk = SourceFiles { path in
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard !isFolder.boolValue else { throw IsFolder() }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The path of `relative`, as written in a file that lies in `folder`, with `..` resolved where that is possible.
    static func path(_ relative: String, in folder: String) -> String {
        let isAbsolute = relative.hasPrefix("/") || (folder.hasPrefix("/"))
        let whole = relative.hasPrefix("/") || folder.isEmpty ? relative : "\(folder)/\(relative)"
        var parts: [Substring] = []
        for part in whole.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    }

    /// The folder that `path` lies in; empty for the current one.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
