import ArgumentParser
import Evaluation
import Foundation
import Workflows

extension ImportCommand {
    /// `optrace import promptfoo`
    struct Promptfoo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "promptfoo",
            abstract: "Make a promptfoo configuration a workflow file and a dataset.",
            discussion: """
                Prompts become parameters, providers models, tests examples, assertions metrics. What could not be carried \
                over is told, an item a line. The files are checked before they are written.
                """)

        @Argument(help: "The configuration, such as promptfooconfig.yaml.") var file: String
        @Option(name: .shortAndLong, help: "The folder to write into. (default: here)") var output = "."
        @Option(help: "What the workflow is called; by default after the configuration.") var name: String?
        @Flag(help: "Write over files that are there already.") var force = false

        func run() async throws {
            let folder = FileSystem.absolute(output)
            let imported: PromptfooImport
            do {
                imported = try PromptfooImport(
                    contentsOf: FileSystem.absolute(file), writingTo: folder, name: name)
            } catch {
                throw CommandError("\(error)")
            }
            if let taken = imported.files.first(where: { FileSystem.exists("\(folder)/\($0.path)") }), !force {
                throw CommandError(
                    "\(output)/\(taken.path) is there already; --force writes over it, --output and --name name others")
            }
            try check(imported, in: folder)
            for file in imported.files {
                try FileSystem.write(file.content, to: "\(folder)/\(file.path)")
                Output.result(output == "." ? file.path : "\(output)/\(file.path)")
            }
            for remark in imported.remarks { Output.message("not carried over: \(remark)") }
            let path = output == "." ? imported.files[0].path : "\(output)/\(imported.files[0].path)"
            Output.message("next   optrace validate \(ShellWord(path))\n       optrace eval \(ShellWord(path))")
        }

        /// The files read as they are going to be: nothing is written that could not be run.
        private func check(_ imported: PromptfooImport, in folder: String) throws {
            let made = Dictionary(
                imported.files.map { ("\(folder)/\($0.path)", Array($0.content.utf8)) }, uniquingKeysWith: { $1 })
            let files = SourceFiles { path in try made[path] ?? SourceFiles.disk.contents(path) }
            let file = try WorkflowFile(
                contentsOf: "\(folder)/\(imported.files[0].path)", environment: ProcessInfo.processInfo.environment,
                files: files)
            if file.data != nil { _ = try file.dataset(files: files) }
        }
    }
}
