import ArgumentParser
import Foundation
import LanguageModels

/// `optrace mcp`
struct AssistantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp", abstract: "Let a coding assistant use Optrace: a Model Context Protocol server on stdio.",
        discussion: """
            Speaks JSON-RPC 2.0, one message a line. Assistants can list and read runs and traces, show differences, \
            validate and evaluate workflows, and start and follow optimizations. What they start is held to the budget \
            given here, on top of the workflow's own; workflow files must lie below --root.

            A client's configuration names the program and its arguments: "command": "optrace", "args": ["mcp"].
            """)

    @Option(help: "Workflow files outside of this folder are refused. (default: the current one)") var root = "."
    @Flag(help: "Only look: nothing is evaluated or optimized.") var readOnly = false
    @Flag(help: "Show assistants executions of the hold-out, too. What they improve afterwards has no honest verdict.")
    var showHoldout = false
    @OptionGroup(title: "The most that each evaluation or optimization may take") var budget: BudgetOptions
    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = URL(fileURLWithPath: root).resolvingSymlinksInPath().path
        guard FileSystem.isFolder(folder) else {
            throw CommandError("--root \(root) is no folder", code: .usage)
        }
        // What cannot be opened is better said now than at every call; what is not there yet is made by the first run.
        if FileSystem.exists(database.path(environment)) { _ = try database.open(environment) }
        let tools = AssistantTools(
            database: FileSystem.absolute(database.path(environment)), root: folder, mayRun: !readOnly,
            showsHoldout: showHoldout, budget: budget, program: try OwnProgram.path())
        await AssistantConversation(tools).hold()
    }
}
