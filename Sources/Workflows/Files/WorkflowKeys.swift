/// Every key a workflow file may have, by the kind of mapping it stands in.
///
/// The names of the mappings are those of the definitions in `docs/workflow.schema.json`.
enum WorkflowKeys {
    static let document = [
        "name", "description", "inputs", "constants", "models", "parameters", "program", "steps", "output", "bindings",
        "data", "metrics", "objective", "optimize", "gate",
    ]
    static let traceBinding = ["span", "input"]
    static let modelRole = ["model", "fallback"]
    static let parameter = [
        "kind", "value", "range", "log", "options", "keep", "max", "max_length", "language", "entry", "note",
        "description",
    ]
    static let stepKinds = ["prompt", "code", "command", "program", "http", "each", "when", "repeat", "workflow"]
    static let blockStep = ["description", "retries", "timeout", "schema"]
    static let anyStep = ["with"] + blockStep
    static let promptStep =
        [
            "prompt", "system", "user", "messages", "model", "temperature", "max_tokens", "top_p", "stop", "seed",
            "json",
            "logprobs",
        ] + anyStep
    static let promptTexts = ["system", "user", "messages"]
    static let message = ["system", "user", "assistant"]
    static let codeStep = ["code", "entry", "language", "cache"] + anyStep
    static let commandStep = ["command", "stdin", "output", "env", "cache"] + anyStep
    static let programSettings = ["timeout", "concurrency", "processes", "env", "sandbox"]
    static let programStep =
        ["program", "parameters", "concurrency", "processes", "env", "sandbox"] + anyStep
    static let httpStep = ["http", "method", "headers", "body", "output", "cache"] + anyStep
    static let eachStep = ["each", "as", "steps", "output", "concurrency"] + blockStep
    static let whenStep = ["when", "then", "else"] + blockStep
    static let repeatStep = ["repeat", "start", "steps", "output", "next", "until"] + blockStep
    static let workflowStep = ["workflow"] + anyStep
    static let block = ["steps", "output"]
    static let condition = ["equals", "contains", "above", "below", "not", "all", "any"]
    static let program = ["command", "description"] + programSettings
    static let data = ["file", "map", "split", "id"]
    static let split = ["train", "validation", "holdout", "seed"]
    static let aims = ["maximize", "minimize", "weights", "front"]
    static let objective = aims + ["risk", "subject_to", "limits", "rate", "robust"]
    static let risk = ["worst"]
    static let limit = ["at_most", "at_least"]
    static let robust = ["kappa", "perturbations", "paraphrases"]
    static let optimize = [
        "optimizer", "options", "steps", "minibatch", "siblings", "seed", "repeats", "budget", "give_up",
    ]
    static let budget = ["calls", "tokens", "cost", "time"]
    static let ceiling = ["at_most", "confidence", "range"]
    static let gate = ["metric", "alpha", "risk", "ceilings", "finalists", "thrifty", "looks"]
    static let metric = MetricKind.allCases.map(\.rawValue) + ["feedback", "entry", "language"]

    /// The options of a metric kind written as a mapping.
    static func options(of kind: MetricKind) -> [String] {
        MetricOption.options(of: kind).map(\.name)
    }

    /// The mappings with fixed keys, by the names of their definitions in the schema.
    static let all: [String: [String]] = {
        var all = [
            "document": document, "modelRole": modelRole, "parameter": parameter, "promptStep": promptStep,
            "promptTexts": promptTexts,
            "message": message, "codeStep": codeStep, "commandStep": commandStep, "programStep": programStep,
            "program": program, "httpStep": httpStep, "eachStep": eachStep, "whenStep": whenStep,
            "repeatStep": repeatStep, "workflowStep": workflowStep,
            "traceBinding": traceBinding, "block": block, "condition": condition, "data": data, "split": split,
            "objective": objective, "risk": risk, "limit": limit, "robust": robust, "optimize": optimize,
            "budget": budget, "gate": gate, "ceiling": ceiling, "metric": metric,
        ]
        for kind in MetricKind.allCases where !options(of: kind).isEmpty {
            all["\(kind.rawValue)Options"] = options(of: kind)
        }
        return all
    }()
}
