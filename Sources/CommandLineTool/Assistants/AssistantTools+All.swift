extension AssistantTools {
    private typealias Argument = AssistantTool.Argument

    private static let workflow = Argument(
        name: "workflow", kind: .string, description: "Path of the workflow file, below the server's root.",
        isRequired: true)
    private static let job = Argument(
        name: "job", kind: .string, description: "As start_optimization gave it.", isRequired: true)
    private static let caps = [
        Argument(
            name: "max_calls", kind: .integer, description: "The most model calls; never above the server's own cap.",
            least: 0),
        Argument(
            name: "max_tokens", kind: .integer, description: "The most tokens; never above the server's own cap.",
            least: 0),
        Argument(
            name: "max_cost", kind: .number, description: "The most US dollars; never above the server's own cap.",
            least: 0),
        Argument(
            name: "max_seconds", kind: .number, description: "The most time; never above the server's own cap.",
            least: 1),
    ]

    /// Every tool there is.
    static let all: [AssistantTool] = [
        AssistantTool(
            name: "list_runs", description: "Past and present optimization runs, the newest first.",
            arguments: [
                Argument(name: "limit", kind: .integer, description: "The most to list; 20 by default.", least: 1)
            ]),
        AssistantTool(
            name: "show_run", description: "One run: verdict, candidates with their values and scores.",
            arguments: [
                Argument(
                    name: "run", kind: .string, description: "A name, the beginning of one, or latest (the default).")
            ]),
        AssistantTool(
            name: "compare_candidates",
            description: "Two candidates: changed parameters, and examples sorted by regression.",
            arguments: [
                Argument(name: "before", kind: .string, description: "As run:c0, or latest:c0.", isRequired: true),
                Argument(
                    name: "after", kind: .string, description: "As run:c3; a run alone means its best.",
                    isRequired: true),
            ]),
        AssistantTool(
            name: "list_traces",
            description: "Recorded executions, the newest first; those of the hold-out where the server shows them.",
            arguments: [
                Argument(name: "run", kind: .string, description: "Only of this run, or latest."),
                Argument(name: "candidate", kind: .string, description: "Only of this candidate, such as c3."),
                Argument(name: "example", kind: .string, description: "Only of this example."),
                Argument(
                    name: "split", kind: .string, description: "Only of this part of the data.",
                    choices: ["train", "validation", "holdout"]),
                Argument(name: "failed", kind: .boolean, description: "Only those that failed."),
                Argument(name: "limit", kind: .integer, description: "The most to list; 30 by default.", least: 1),
            ]),
        AssistantTool(
            name: "show_trace", description: "One execution: its nodes with values, model calls, feedback.",
            arguments: [
                Argument(name: "trace", kind: .integer, description: "The trace's number.", isRequired: true, least: 1),
                Argument(
                    name: "node", kind: .string, description: "Only this node, such as reply:0, with its whole value."),
                Argument(
                    name: "max_characters", kind: .integer, description: "Longer values are cut; 2000 by default.",
                    least: 0),
            ]),
        AssistantTool(
            name: "diff_traces", description: "Where two executions part, and what follows from that.",
            arguments: [
                Argument(
                    name: "before", kind: .integer, description: "The number of the trace before.", isRequired: true),
                Argument(
                    name: "after", kind: .integer, description: "The number of the trace after.", isRequired: true),
            ]),
        AssistantTool(
            name: "validate_workflow", description: "Check a workflow file, its data and its code; asks no model.",
            arguments: [workflow]),
        AssistantTool(
            name: "evaluate_workflow", description: "Score a workflow on its data; may ask models, within the budget.",
            arguments: [
                workflow,
                Argument(
                    name: "split", kind: .string,
                    description: "validation by default; the hold-out is the gate's alone.",
                    choices: ["train", "validation"]),
                Argument(name: "candidate", kind: .string, description: "With the values of run or run:c3."),
                Argument(name: "limit", kind: .integer, description: "Only the first examples.", least: 1),
            ] + caps, isReadOnly: false),
        AssistantTool(
            name: "start_optimization",
            description: "Begin to improve a workflow in the background; follow it with follow_optimization.",
            arguments: [
                workflow,
                Argument(name: "optimizer", kind: .string, description: "Who proposes; the file's choice by default."),
                Argument(name: "steps", kind: .integer, description: "The most steps.", least: 1),
                Argument(name: "seed", kind: .integer, description: "Decides every random choice.", least: 0),
            ] + caps, isReadOnly: false),
        AssistantTool(
            name: "follow_optimization",
            description: "Events of a run that was started here; waits for new ones. Ends with the verdict.",
            arguments: [
                job,
                Argument(
                    name: "after", kind: .integer, description: "How many events are known already; 0 by default.",
                    least: 0),
                Argument(
                    name: "wait_seconds", kind: .number, description: "How long to wait for news; 20 by default.",
                    least: 0),
            ], isReadOnly: false),
        AssistantTool(
            name: "stop_optimization",
            description: "End a run that was started here after what is in flight; it can be resumed.",
            arguments: [job], isReadOnly: false),
    ]
}
