import Evaluation
import LanguageModels
public import TraceGraph

extension RunEvent {
    /// What sort of event it is, in snake case: `step_started`.
    public var kind: String {
        switch self {
        case .started: "started"
        case .baseline: "baseline"
        case .stepStarted: "step_started"
        case .minibatch: "minibatch"
        case .note: "note"
        case .proposed: "proposed"
        case .evaluated: "evaluated"
        case .failed: "failed"
        case .accepted: "accepted"
        case .kept: "kept"
        case .rejected: "rejected"
        case .stepFinished: "step_finished"
        case .stopped: "stopped"
        case .front: "front"
        case .verdict: "verdict"
        }
    }

    /// What it says, as the fields of an object: what the events table holds. Candidates are written `c7`; what is
    /// unknown is null.
    public var content: Fields {
        switch self {
        case .started(let run, let optimizer, let train, let validation, let holdout, let budget):
            [
                "run": .text(run), "optimizer": .text(optimizer), "train": .integer(train),
                "validation": .integer(validation), "holdout": .integer(holdout),
                "budget": .object(budget.recorded),
            ]
        case .baseline(let score, let examples):
            ["score": .number(score), "examples": .integer(examples)]
        case .stepStarted(let step, let parent):
            ["step": .integer(step), "parent": .text("\(parent)")]
        case .minibatch(let step, let score, let failures, let examples):
            [
                "step": .integer(step), "score": .number(score), "failures": .integer(failures),
                "examples": .integer(examples),
            ]
        case .note(let step, let note):
            [
                "step": .integer(step), "note": .text(note.kind.rawValue), "text": .text(note.text),
                "completion": note.completion.map(Value.text) ?? .null,
            ]
        case .proposed(let step, let candidate, let intent, let changes, let rationale):
            [
                "step": .integer(step), "candidate": .text("\(candidate)"), "intent": .text(intent.rawValue),
                "changes": .list(changes.map(Value.text)), "rationale": .text(rationale),
            ]
        case .evaluated(let step, let candidate, let split, let score, let examples, let difference, let half):
            [
                "step": .integer(step), "candidate": .text("\(candidate)"), "split": .text(split),
                "score": .number(score), "examples": .integer(examples), "difference": .number(difference),
                "half_width": half.map(Value.number) ?? .null,
            ]
        case .failed(let step, let candidate, let split, let tally):
            [
                "step": .integer(step), "candidate": .text("\(candidate)"), "split": .text(split),
                "failures": .integer(tally.failures), "examples": .integer(tally.executions),
                "reason": .text(tally.reason), "commonest": .integer(tally.commonest),
            ]
        case .accepted(let step, let candidate, let score, let reason),
            .kept(let step, let candidate, let score, let reason):
            [
                "step": .integer(step), "candidate": .text("\(candidate)"), "score": .number(score),
                "reason": .text(reason),
            ]
        case .rejected(let step, let candidate, let reason):
            ["step": .integer(step), "candidate": .text("\(candidate)"), "reason": .text(reason)]
        case .stepFinished(let step, let best, let score, let spend):
            [
                "step": .integer(step), "best": .text("\(best)"), "score": .number(score),
                "spend": .object(spend.recorded),
            ]
        case .stopped(let reason):
            ["reason": .text(reason)]
        case .front(let front):
            front.recorded.object ?? [:]
        case .verdict(let verdict):
            verdict.recorded.object ?? [:]
        }
    }
}

extension Budget {
    /// The caps by name; no cap is null.
    var recorded: Fields {
        [
            "calls": calls.map(Value.integer) ?? .null, "tokens": tokens.map(Value.integer) ?? .null,
            "cost": cost.map(Value.number) ?? .null, "seconds": seconds.map(Value.number) ?? .null,
        ]
    }
}

extension Usage {
    /// The counts by name; an unknown cost is null.
    var recorded: Fields {
        [
            "calls": .integer(calls), "prompt_tokens": .integer(promptTokens),
            "cached_prompt_tokens": .integer(cachedPromptTokens), "completion_tokens": .integer(completionTokens),
            "cost": cost.map(Value.number) ?? .null,
        ]
    }
}
