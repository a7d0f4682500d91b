import Foundation
import TraceGraph

/// A real Python interpreter, found behind whatever `python3` is on this machine: a link, a version manager's script, a
/// virtual environment.
struct PythonInterpreter: Sendable, Hashable {
    /// The absolute path to start it by; inside a virtual environment that environment's own link.
    let path: String
    /// The version, as `3.11.7`.
    let version: String
    /// The folders and files outside of the system's libraries that it reads.
    let folders: [String]

    private static let question = #"""
        import sys, os, json
        print(json.dumps({
            "path": sys.executable,
            "version": "%d.%d.%d" % sys.version_info[:3],
            "prefixes": [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix],
            "library": os.path.dirname(os.__file__)}))
        """#

    /// Asks the `name` found in `PATH`, or at a path.
    ///
    /// - Throws: ``CodeError/Code/noInterpreter``.
    static func locate(
        _ name: String, environment: [String: String]
    ) async throws(CodeError) -> PythonInterpreter {
        guard let program = SystemPrograms.path(of: name, in: environment) else {
            throw CodeError(
                .noInterpreter,
                "There is no program '\(name)'. Install Python 3.8 or later, or name the interpreter to use.")
        }
        let answer: (text: String, exitCode: Int)
        do throws(CodeError) {
            answer = try await SystemPrograms.output(
                of: [program, "-c", question], environment: environment, within: .seconds(30))
        } catch {
            throw CodeError(.noInterpreter, "The Python at \(program) does not work: \(error.message)")
        }
        let line = answer.text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        guard answer.exitCode == 0, let value = try? Value(json: line), let path = value["path"]?.text,
            let version = value["version"]?.text, let prefixes = value["prefixes"]?.list?.compactMap(\.text),
            let library = value["library"]?.text
        else {
            throw CodeError(
                .noInterpreter,
                "The Python at \(program) does not work: it ended with status \(answer.exitCode). "
                    + "Install Python 3.8 or later, or name the interpreter to use.")
        }
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2, (numbers[0], numbers[1]) >= (3, 8) else {
            throw CodeError(.noInterpreter, "The Python at \(program) is version \(version); 3.8 or later is needed.")
        }
        return PythonInterpreter(path: path, version: version, folders: folders(path, prefixes, library))
    }

    /// A prefix of its own is needed whole; of those the system shares, only the libraries and the program.
    private static func folders(_ path: String, _ prefixes: [String], _ library: String) -> [String] {
        var needed: [String] = []
        for prefix in prefixes {
            if ["/", "/usr", "/usr/local"].contains(prefix) {
                needed += ["\(prefix)/lib", "\(prefix)/lib64"]
            } else {
                needed += [prefix, resolved(prefix)]
            }
        }
        needed += [library, resolved(library)]
        // Every name a chain of links goes through must exist inside.
        var step = path
        for _ in 0..<40 {
            needed.append(step)
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: step) else { break }
            step =
                target.hasPrefix("/")
                ? target : URL(fileURLWithPath: step).deletingLastPathComponent().appendingPathComponent(target).path
            step = URL(fileURLWithPath: step).standardizedFileURL.path
        }
        needed.append(resolved(path))
        let system = ["/usr/lib", "/usr/lib64"]
        var kept: [String] = []
        for path in Set(needed).sorted() where FileManager.default.fileExists(atPath: path) {
            guard !(system + kept).contains(where: { path == $0 || path.hasPrefix($0 + "/") }) else { continue }
            kept.append(path)
        }
        return kept
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
