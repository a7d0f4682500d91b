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
        dataset: Dataset, split: Split, gate: Gate, endpoints: [ModelName: String], command: OptimizeCommand
    ) -> (decisive: Value, whole: Fields) {
        let file = session.workflow.file
        let budget = session.ledger.budget
        let asked = file.askedModels
        let prices = session.catalog.settings.prices
        let rows = dataset.examples.map { Value.list([.text($0.id), .object($0.fields)]) }
        var decisive: Fields = [
            "workflow": .text(ContentHash(of: file.fingerprint.canonicalJSON).hex),
            "data": .text(ContentHash(of: Value.list(rows).canonicalJSON).hex),
            "split": .object([
                "train": .integer(split.train.count), "validation": .integer(split.validation.count),
                "holdout": .integer(split.holdout.count), "seed": .text("\(file.splitPlan.seed)"),
            ]),
            "optimizer": .text(optimizer), "optimizer_model": .text(model.description),
            "models": .object(Fields(file.models.map { ($0.role, .text($0.model.description)) })),
            "endpoints": .object(Fields(asked.map { ($0.description, endpoints[$0].map(Value.text) ?? .null) })),
            "prices": .object(Fields(asked.map { ($0.description, prices.price(of: $0)?.recorded ?? .null) })),
            "allows_unknown_prices": .flag(command.models.allowUnknownPrices),
            "gate": [
                "metric": .text(gate.metric), "direction": .text(gate.direction.rawValue), "alpha": .number(gate.alpha),
                "ceilings": .object(
                    Fields(
                        gate.ceilings.map {
                            ($0.direction == .minimize ? $0.metric : "\($0.metric) at least", .number($0.limit))
                        })),
            ],
            "stop_file": command.stopFile.map(Value.text) ?? .null,
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
        if gate.finalists > 1 || gate.isThrifty {
            decisive["finalists"] = ["count": .integer(gate.finalists), "thrifty": .flag(gate.isThrifty)]
        }
        if let risk = gate.risk, risk != .mean { decisive["gate_risk"] = .text(risk.summary) }
        let bounds = gate.ceilings.filter { $0.delta != 0.05 || $0.range != nil }
        if !bounds.isEmpty {
            decisive["ceiling_bounds"] = .object(
                Fields(
                    bounds.map { ceiling in
                        let ends = ceiling.range.map { [Value.number($0.lowerBound), .number($0.upperBound)] }
                        return (
                            ceiling.metric,
                            ["delta": .number(ceiling.delta), "range": ends.map(Value.list) ?? .null] as Value
                        )
                    }))
        }
        if plan.repeats != .single { decisive["repeats"] = .text(plan.repeats.description) }
        if !options.isEmpty { decisive["optimizer_options"] = .object(options) }
        if !session.fixed.isEmpty { decisive["fixed"] = .list(session.fixed.map(Value.text)) }
        var whole = decisive
        whole["path"] = .text(file.path)
        let resolved = command.resolved(for: session, plan: plan, optimizer: optimizer, gate: gate)
        whole["arguments"] = .list(resolved.arguments.map(Value.text))
        whole["variables"] = RecordedVariables.recorded(file)
        whole["cache"] = .text(session.mode.rawValue)
        return (.object(decisive), whole)
    }
}

extension Price {
    /// US dollars per million tokens.
    fileprivate var recorded: Value {
        [
            "prompt": .number(prompt), "cached_prompt": .number(cachedPrompt), "completion": .number(completion),
        ]
    }
}
