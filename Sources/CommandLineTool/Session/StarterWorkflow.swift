/// The files `optrace init` writes: a workflow that runs as it stands.
struct StarterWorkflow {
    let name: String

    var files: [(path: String, text: String)] {
        [
            ("workflows/\(name).yaml", workflow), ("prompts/\(name).md", "What is the mood of this review?\n"),
            ("workflows/data/\(name).jsonl", data),
        ]
    }

    private var workflow: String {
        """
        # yaml-language-server: $schema=../docs/workflow.schema.json
        name: \(name)
        description: Say whether a review is positive or negative.
        inputs:
          review: text
        models:
          task: ${OPTRACE_MODEL:-local:default}
          optimizer: ${OPTRACE_OPTIMIZER_MODEL:-task}
        parameters:
          instruction: { kind: text, value: file://../prompts/\(name).md }
        steps:
          mood:
            prompt: { system: $instruction, user: "{{review}}" }
            model: task
            temperature: 0
            max_tokens: 16
        output: $mood
        data:
          file: data/\(name).jsonl
          map: { review: review, expected: mood }
          split: { train: 0.4, validation: 0.3, holdout: 0.3, seed: 1 }
        metrics:
          accuracy: { normalized_match: $expected }
        objective: { maximize: accuracy }
        optimize: { optimizer: optoprime, steps: 4, minibatch: 4, budget: { calls: 300, time: 10m } }
        gate: { metric: accuracy, alpha: 0.05 }

        """
    }

    private var data: String {
        let positive = [
            "Arrived early and works better than the old one.", "My kids have not put it down since.",
            "Quiet, light, and the battery lasts two days.", "Worth every cent, I bought a second one.",
            "The staff went out of their way to help.", "Finally a zip that does not jam.",
            "Tastes like my grandmother's.", "Set up in five minutes, no manual needed.",
            "I was sceptical, but I am a convert now.", "Sturdy, and it looks good in the hall.",
        ]
        let negative = [
            "Broke on the second day.", "The colour is nothing like the picture.",
            "Three weeks late, and no answer from support.", "Smells of plastic, even after washing.",
            "It would have been great if it had switched on.", "Not worth the drive.",
            "The strap tore before I left the house.", "Half of the pieces were missing.",
            "Loud enough to wake the neighbours.", "I want my evening back.",
        ]
        let rows = zip(positive, negative).flatMap { [($0, "positive"), ($1, "negative")] }
        return rows.map { "{\"review\": \"\($0.0)\", \"mood\": \"\($0.1)\"}" }.joined(separator: "\n") + "\n"
    }
}
