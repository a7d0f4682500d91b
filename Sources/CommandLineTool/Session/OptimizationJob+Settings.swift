import ContentHash
import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import Workflows

extension OptimizationJob {
    /// What decides the course of a run, and that with what only people and replays need.
    static func settings(
        _ session: Session, plan: OptimizationPlan, optimizer: String, options: Fields, model: ModelName,
        dataset: Dataset, split: Split, command: OptimizeCommand
    ) throws -> (decisive: Value, whole: Value) {
        let file = session.workflow.file
        let budget = session.ledger.budget
        let rows = dataset.examples.map { Value.list([.text($0.id), .object($0.fields)]) }
        var decisive: Fields = [
            "workflow": .text(ContentHash(of: try file.fingerprint().canonicalJSON).hex),
            "data": .text(ContentHash(of: Value.list(rows).canonicalJSON).hex),
            "split": .object([
                "train": .integer(split.train.count), "validation": .integer(split.validation.count),
                "holdout": .integer(split.holdout.count), "seed": .text("\(file.splitPlan.seed)"),
            ]),
            "optimizer": .text(optimizer), "optimizer_model": .text(model.description),
            "models": .object(Fields(file.models.map { ($0.role, .text($0.model.description)) })),
            "steps": .integer(plan.steps), "minibatch": .integer(plan.minibatch),
            "siblings": .integer(plan.siblings), "seed": .text("\(plan.seed)"),
            "patience": plan.patience.map(Value.integer) ?? .null,
            "budget": .object([
                "calls": budget.calls.map(Value.integer) ?? .null,
                "tokens": budget.tokens.map(Value.integer) ?? .null,
                "cost": budget.cost.map(Value.number) ?? .null,
                "seconds": budget.seconds.map(Value.number) ?? .null,
            ]),
        ]
        if !options.isEmpty { decisive["optimizer_options"] = .object(options) }
        var whole = decisive
        whole["path"] = .text(file.path)
        whole["arguments"] = .list(command.arguments.map(Value.text))
        whole["cache"] = .text(session.mode.rawValue)
        return (.object(decisive), .object(whole))
    }
}
