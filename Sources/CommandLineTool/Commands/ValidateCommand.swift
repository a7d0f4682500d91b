import ArgumentParser
import Evaluation
import Foundation
import LanguageModels
import TraceGraph
import Workflows

/// `optrace validate`
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a workflow file, its data and its code without asking any model.")

    @Argument(help: "The workflow files.") var workflows: [String]
    @Flag(help: "Say nothing of files that are in order.") var quiet = false
    @Flag(help: "One JSON object a file.") var json = false

    /// What was found in one file.
    private struct Finding {
        var problems: [Value] = []
        var errors = 0
        /// As a person reads it.
        var lines: [String] = []
        /// What the workflow consists of; nil when it has errors.
        var description: WorkflowDescription?

        mutating func add(_ problem: WorkflowProblem) {
            if problem.severity == .error { errors += 1 }
            lines.append("\(problem)")
            problems.append([
                "severity": .text(problem.severity.rawValue), "file": .text(problem.location.file),
                "line": .integer(problem.location.line), "column": .integer(problem.location.column),
                "message": .text(problem.message),
            ])
        }

        mutating func add(_ fault: DatasetError.Fault) {
            errors += 1
            problems.append([
                "severity": "error", "file": .text(fault.path), "line": .integer(fault.line),
                "message": .text(fault.message),
            ])
        }

        /// A part of the data without an example stands in the way of what needs it.
        mutating func add(emptyPartsOf split: Split, of data: DataSource) {
            let parts = [("train", split.train), ("validation", split.validation), ("holdout", split.holdout)]
            let empty = parts.filter(\.1.isEmpty).map(\.0)
            guard !empty.isEmpty else { return }
            add(
                WorkflowProblem(
                    .warning, at: data.location,
                    "\(data.file) leaves nothing for \(empty.joined(separator: " and ")); add examples, or change 'data.split'"
                ))
        }

        mutating func add(_ message: String) {
            errors += 1
            lines.append(message)
            problems.append(["severity": "error", "message": .text(message)])
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var errors = 0
        for path in workflows {
            let finding = await finding(in: path, environment)
            errors += finding.errors
            if json {
                let object: Value = [
                    "schema": "optrace.validation.v1", "file": .text(path), "sound": .flag(finding.errors == 0),
                    "problems": .list(finding.problems),
                ]
                Output.result(object.json)
                continue
            }
            for line in finding.lines { Output.message(line) }
            if let description = finding.description, !quiet { Output.result("\(description)") }
        }
        guard errors > 0 else { return }
        if json { throw ExitRequest(.failure) }
        throw CommandError(Figures.count(errors, "problem"))
    }

    private func finding(in path: String, _ environment: [String: String]) async -> Finding {
        var finding = Finding()
        do {
            let file = try WorkflowFile(checked: path, environment)
            for warning in file.warnings { finding.add(warning) }
            for problem in problemsWithModels(of: file, environment) { finding.add(problem) }
            let dataset = file.data == nil ? nil : try file.dataset()
            let split = try dataset.map { try file.splitPlan.split($0.examples) }
            if let split, let data = file.data { finding.add(emptyPartsOf: split, of: data) }
            try await checkCode(of: file, environment)
            if finding.errors == 0 { finding.description = WorkflowDescription(file, dataset: dataset, split: split) }
        } catch let error as WorkflowFileError {
            for problem in error.problems { finding.add(problem) }
        } catch let error as DatasetError {
            for fault in error.faults { finding.add(fault) }
            finding.lines.append("\(error)")
        } catch {
            finding.add("\(error)")
        }
        return finding
    }

    /// The roles whose models nobody provides, or whose script cannot be read. A key that is missing is none: the file may
    /// be checked where no model can be asked.
    private func problemsWithModels(of file: WorkflowFile, _ environment: [String: String]) -> [WorkflowProblem] {
        let catalog = ModelCatalog(
            environment: environment, settings: CatalogSettings(scriptFolder: FileSystem.folder(of: file.path)))
        return file.models.flatMap { role in
            ([role.model] + role.fallbacks).compactMap { name in
                do {
                    _ = try catalog.model(name)
                    return nil
                } catch ModelError.Code.missingKey {
                    return nil
                } catch {
                    let message = (error as? ModelError)?.message ?? "\(error)"
                    return WorkflowProblem(.error, at: role.location, message)
                }
            }
        }
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
