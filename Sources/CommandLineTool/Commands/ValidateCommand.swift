import ArgumentParser
import Evaluation
import Foundation
import TraceGraph
import Workflows

/// `optrace validate`
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a workflow file, its data and its code without asking any model.")

    @Argument(help: "The workflow files.") var workflows: [String]
    @Flag(help: "Say nothing of files that are in order.") var quiet = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var faults = 0
        for path in workflows {
            do {
                let file = try WorkflowFile(checked: path, environment)
                for warning in file.warnings { Output.message("\(warning)") }
                let dataset = file.data == nil ? nil : try file.dataset()
                let split = try dataset.map { try file.splitPlan.split($0.examples) }
                try await checkCode(of: file, environment)
                if !quiet {
                    Output.result("\(WorkflowDescription(file, dataset: dataset, split: split))")
                }
            } catch let error as WorkflowFileError {
                faults += error.problems.count { $0.severity == .error }
                Output.message("\(error)")
            } catch let error as DatasetError {
                faults += error.faults.count
                Output.message("\(error)")
            }
        }
        if faults > 0 { throw CommandError(Figures.count(faults, "problem")) }
    }

    /// Asks the runtime about every code parameter.
    private func checkCode(of file: WorkflowFile, _ environment: [String: String]) async throws {
        let code = file.parameters.map(\.definition).filter { $0.kind == .code }
        guard !code.isEmpty else { return }
        let runtime = PythonRuntime(environment: environment)
        do {
            let workflow = try Workflow(
                file: file, models: { _ in throw CommandError("no model is asked here") }, runtimes: [runtime])
            for definition in code {
                if let objection = try await workflow.objection(to: definition.initial, for: definition) {
                    throw CommandError("\(file.path): the code of '\(definition.name)': \(objection)")
                }
            }
            await runtime.close()
        } catch {
            await runtime.close()
            throw error
        }
    }
}
