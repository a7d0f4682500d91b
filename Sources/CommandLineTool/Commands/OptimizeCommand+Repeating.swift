import Evaluation
import Foundation
import LanguageModels
import Optimization
import Workflows

/// How a run is started once more: by a command that leaves nothing to the file and the environment.
extension OptimizeCommand {
    /// The arguments that start the same run again.
    var arguments: [String] {
        var all: [String] = []
        if let workflow { all.append(workflow) }
        func add(_ name: String, _ value: (some CustomStringConvertible)?) {
            if let value { all += ["--\(name)", "\(value)"] }
        }
        add("optimizer", optimizer)
        for option in method.option { add("option", option) }
        add("steps", steps)
        add("minibatch", minibatch)
        add("siblings", siblings)
        add("repeats", repeats)
        add("seed", seed)
        add("patience", patience)
        add("stop-file", stopFile)
        add("max-calls", budget.maxCalls)
        add("max-tokens", budget.maxTokens)
        add("max-cost", budget.maxCost)
        add("max-time", budget.maxTime.flatMap(TimeText.seconds).map { "\($0)s" })
        for ceiling in ceilings.arguments { add("ceiling", ceiling) }
        for model in models.model { add("model", model) }
        add("cache", models.cache?.rawValue)
        add("concurrency", models.concurrency)
        add("prices", models.prices)
        if models.allowUnknownPrices { all.append("--allow-unknown-prices") }
        if models.allowUnsandboxed { all.append("--allow-unsandboxed") }
        if requirePromotion { all.append("--require-promotion") }
        return all
    }

    /// This command with all that it leaves to the file and the environment filled in, so that it starts the same run
    /// wherever it is given.
    func resolved(for session: Session, plan: OptimizationPlan, optimizer: String, gate: Gate) -> OptimizeCommand {
        var whole = self
        let file = session.workflow.file
        whole.workflow = FileSystem.absolute(file.path)
        whole.optimizer = optimizer
        (whole.steps, whole.minibatch, whole.siblings) = (plan.steps, plan.minibatch, plan.siblings)
        whole.repeats = plan.repeats == .single ? nil : plan.repeats.description
        (whole.seed, whole.patience) = (plan.seed, plan.patience ?? 0)
        whole.stopFile = stopFile.map(FileSystem.absolute)
        let caps = session.ledger.budget
        (whole.budget.maxCalls, whole.budget.maxTokens, whole.budget.maxCost) = (caps.calls, caps.tokens, caps.cost)
        whole.budget.maxTime = caps.seconds.map { "\($0)s" }
        whole.ceilings.ceiling = gate.ceilings.map { "\($0.metric)=\($0.limit)" }
        whole.models.model = file.models.map { "\($0.role)=\($0.model)" }
        whole.models.cache = session.mode
        whole.models.prices = session.pricesPath.map(FileSystem.absolute)
        whole.models.allowUnsandboxed = session.allowsUnsandboxed
        return whole
    }

    /// What this command asks for that the command `recorded`, which is resolved, does not have, in words.
    func contradictions(to recorded: OptimizeCommand) -> [String] {
        var given = self
        given.workflow = nil
        given.requirePromotion = false
        given.models.concurrency = nil
        given.stopFile = stopFile.map(FileSystem.absolute)
        given.models.prices = models.prices.map(FileSystem.absolute)
        given.models.model = models.roles.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let (own, others) = (Self.settings(of: given.arguments), Self.settings(of: recorded.arguments))
        return own.filter { !others.contains($0) }.map { option in
            let before = others.first { $0.name == option.name && $0.key == option.key }?.value
            return "\(option.name) \(option.text)".trimmingCharacters(in: .whitespaces) + " (it was "
                + (before.map { $0.isEmpty ? "given" : $0 } ?? "not given") + ")"
        }
    }

    private struct Setting: Hashable {
        let name: String
        /// The role that `--model` is about, what `--ceiling` limits, or which option `--option` sets.
        var key = ""
        var value = ""

        var text: String { key.isEmpty ? value : "\(key)=\(value)" }
    }

    /// `arguments` as ``arguments`` writes them, taken apart.
    private static func settings(of arguments: [String]) -> [Setting] {
        var settings: [Setting] = []
        for word in arguments {
            if word.hasPrefix("--") {
                settings.append(Setting(name: word))
            } else if let last = settings.indices.last {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                if ["--model", "--ceiling", "--option"].contains(settings[last].name), parts.count == 2 {
                    (settings[last].key, settings[last].value) = (parts[0], parts[1])
                } else {
                    settings[last].value = word
                }
            }
        }
        return settings
    }
}
