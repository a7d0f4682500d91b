import ArgumentParser
import Evaluation
import Foundation
import LanguageModels
import TraceGraph
import Workflows

/// `optrace wrap`
struct WrapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wrap",
        abstract: "Write a workflow file for a program that exists: optrace wrap -- python3 app.py",
        discussion: """
            The program says over the protocol which parameters and inputs it has (docs/protocol.md; a Python program \
            needs two lines of the module optrace). With --input for each of its inputs it is run once, to see its \
            output. The file is written beside where you are, and the program starts in its folder.
            """)

    @Argument(parsing: .postTerminator, help: "The program and its arguments, after --.") var program: [String]

    @Option(name: [.short, .long], help: "The file to write; NAME.yaml when left out.") var output: String?
    @Option(help: "The workflow's name; the program's own when left out.") var name: String?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("An input to run the program with once, as text or JSON.", valueName: "name=value"))
    var input: [String] = []
    @Option(help: "A variable of the environment that the program needs.") var env: [String] = []
    @Option(help: "A file with examples.") var data: String?
    @Option(help: "The field of an example that holds what is expected.") var expected = "expected"
    @Flag(help: "Keep the program from the network and other files, so that code it holds can be optimized.")
    var sandbox = false
    @Flag(help: "Write over a file that is there.") var force = false

    func validate() throws {
        if let name { try InitCommand.check(name: name) }
        if program.isEmpty { throw ValidationError("name the program after --: optrace wrap -- python3 app.py") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let action = ProgramAction(
            words: program, parameters: [],
            environment: Dictionary(env.map { ($0, nil) }, uniquingKeysWith: { a, _ in a }),
            isSandboxed: sandbox, concurrency: 1, processes: 1, timeout: 600, isWhole: true)
        let folder = FileManager.default.currentDirectoryPath
        let programs = ProgramPool()
        do {
            let greeting = try await programs.greeting(of: action.launch(in: folder, environment: environment))
            try await write(greeting, programs, environment)
        } catch {
            await programs.close()
            throw error
        }
        await programs.close()
    }

    private func write(
        _ greeting: ProgramGreeting, _ programs: ProgramPool, _ environment: [String: String]
    ) async throws {
        let name = name ?? Self.name(of: program)
        let path = output ?? "\(name).yaml"
        guard force || !FileSystem.exists(path) else {
            throw CommandError("\(path) is there already; --force writes over it, --output names another")
        }
        let wrapped = WrappedProgram(
            greeting, name: name, words: program, environment: env, isSandboxed: sandbox, data: data,
            expected: expected)
        if let data, !FileSystem.exists(data) || FileSystem.isFolder(data) {
            throw CommandError("there is no file \(data) with examples (--data)")
        }
        // In the folder the program was tried in: it starts in the folder of its workflow file.
        let file = try WorkflowFile(yaml: wrapped.yaml, path: FileSystem.absolute(path), environment: environment)
        let folder = FileSystem.folder(of: FileSystem.absolute(path))
        guard folder == FileSystem.absolute(FileManager.default.currentDirectoryPath) else {
            throw CommandError(
                "the program starts in the folder of its workflow file: write the file here, or wrap it from \(folder)")
        }
        try checkData(of: file)
        let outcome = try await tried(greeting, file, programs, environment)
        try FileSystem.write(wrapped.yaml, to: path)
        Output.result(path)
        report(greeting, outcome, path)
    }

    /// - Throws: ``CommandError`` when the examples cannot be had, or lack an input or what is expected.
    private func checkData(of file: WorkflowFile) throws {
        guard let data else { return }
        do {
            _ = try file.dataset()
        } catch let error as DatasetError {
            throw CommandError(
                "\(error)\nname the fields of \(data) as the program names its inputs, and what is expected with "
                    + "--expected")
        }
    }

    /// What one run gave, where there are inputs for it.
    private func tried(
        _ greeting: ProgramGreeting, _ file: WorkflowFile, _ programs: ProgramPool, _ environment: [String: String]
    ) async throws -> Trace? {
        var fields = Fields()
        for input in greeting.inputs { if let standard = input.standard { fields[input.name] = standard } }
        for text in input {
            guard let sign = text.firstIndex(of: "=") else {
                throw CommandError("--input takes name=value, not '\(text)'", code: .usage)
            }
            let name = String(text[..<sign])
            guard let declared = greeting.inputs.first(where: { $0.name == name }) else {
                let known = greeting.inputs.map(\.name).joined(separator: ", ")
                throw CommandError("the program has no input '\(name)'; its inputs are: \(known)", code: .usage)
            }
            let written = String(text[text.index(after: sign)...])
            fields[name] = declared.kind == .text ? .text(written) : (try? Value(json: written)) ?? .text(written)
        }
        guard greeting.inputs.allSatisfy({ fields[$0.name] != nil }) else { return nil }
        let catalog = ModelCatalog(environment: environment, settings: CatalogSettings())
        let workflow = try Workflow(
            file: file, models: { try catalog.model($0) },
            runtimes: file.parameters.contains { $0.definition.kind == .code } ? [PythonRuntime()] : [],
            programs: programs, environment: environment)
        let trace = await workflow.run(
            workflow.parameters.seed, on: Example(id: "wrap", fields: fields), repetition: 0)
        await catalog.close()
        if case .failed = trace.outcome {
            Output.message("note: the program failed on these inputs: \(trace.result?.value.plainText ?? "")")
        }
        return trace
    }

    private func report(_ greeting: ProgramGreeting, _ trace: Trace?, _ path: String) {
        func listed(_ words: [String]) -> String { words.isEmpty ? "none" : words.joined(separator: ", ") }
        Output.message("inputs      " + listed(greeting.inputs.map { "\($0.name) (\($0.kind.rawValue))" }))
        Output.message("parameters  " + listed(greeting.parameters.map { "\($0.name) (\($0.kind.rawValue))" }))
        if let trace {
            let kind = trace.result?.value.kindName ?? "nothing"
            Output.message(
                "output      \(kind), from \(Figures.count(trace.nodes.count, "node")) of which "
                    + "\(Figures.count(trace.parameters.count, "parameter"))")
        } else {
            let missing = greeting.inputs.filter { $0.standard == nil }.map { "--input \($0.name)=…" }
            Output.message("output      not tried; run it once with \(missing.joined(separator: " "))")
        }
        let inputs = greeting.inputs.map { "--input \($0.name)=…" }.joined(separator: " ")
        Output.message(
            """
            next   optrace run \(ShellWord(path))\(inputs.isEmpty ? "" : " " + inputs)
                   answer what is marked TODO in \(path), then
                   optrace eval \(ShellWord(path))
                   optrace optimize \(ShellWord(path))
            """)
    }

    /// After the script: `python3 my_app.py` is `my_app`.
    private static func name(of words: [String]) -> String {
        let script = words.dropFirst().first { $0.contains(".") && !$0.hasPrefix("-") } ?? words[0]
        let file = script.split(separator: "/").last.map(String.init) ?? script
        let base = file.split(separator: ".").first.map(String.init) ?? file
        let name = String(base.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
        return name.first?.isNumber == true || name.isEmpty ? "program" : name
    }
}
