import ArgumentParser
import Foundation
import TraceGraph

/// `optrace init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Start a workflow: a file, a prompt and a small dataset to replace with yours.")

    @Argument(help: "The workflow's name.") var name = "classify"
    @Option(help: "The folder to put it in.") var folder = "."

    func validate() throws {
        try Self.check(name: name)
    }

    /// - Throws: A usage error for what cannot be the name of a workflow and its files.
    static func check(name: String) throws {
        let isName = !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        if !isName { throw ValidationError("a workflow's name is made of letters, digits, '-' and '_', not '\(name)'") }
    }

    func run() throws {
        let files = StarterWorkflow(name: name).files
        let taken = files.map { "\(folder)/\($0.path)" }.filter(FileSystem.exists)
        guard taken.isEmpty else {
            throw CommandError("\(taken.joined(separator: ", ")) is there already; nothing was written")
        }
        for file in files {
            try FileSystem.write(file.text, to: "\(folder)/\(file.path)")
            Output.result("\(folder)/\(file.path)")
        }
        let path = folder == "." ? "workflows/\(name).yaml" : "\(folder)/workflows/\(name).yaml"
        Output.message(
            """
            next   put your own examples into workflows/data/\(name).jsonl
                   optrace validate \(path)
                   optrace eval \(path)
                   optrace optimize \(path)
            """)
    }
}
