/// Workflows of code alone, which need no model.
enum CodeWorkflow {
    /// A guard whose risk score is the length of a text; texts are harmful from a length on, with exceptions.
    static let guardYAML = """
        name: guard
        inputs: { words: text }
        parameters:
          unit: { kind: number, value: 100, range: [10, 1000] }
        steps:
          risk:
            code: |
              def risk(words, unit):
                  return len(words) / unit
            entry: "risk(words: str, unit: float) -> float"
            with: { words: $words, unit: $unit }
        output: $risk
        data: { file: guard.jsonl, map: { words: words, harmful: harmful }, split: { train: 0.4, validation: 0.3, holdout: 0.3, seed: 2 } }
        metrics: { guard: { guard: $harmful } }

        """

    static let guardData =
        (0..<400).map { place in
            let length = 1 + place % 100
            let isHarmful = (length > 70) != (place % 37 == 0 && length > 50)
            return
                #"{"id": "g\#(place)", "words": "\#(String(repeating: "x", count: length))", "harmful": \#(isHarmful)}"#
        }.joined(separator: "\n") + "\n"

    /// Half of its examples are lost after the first step, and it takes `k` to be right on the hard half of the rest.
    static let stepsYAML = """
        name: steps
        inputs: { words: text }
        parameters:
          k: { kind: choice, value: 0, options: [0, 1] }
        steps:
          first: { code: "def first(words): return words if 'good' in words else ''", entry: "first(words: str) -> str", with: { words: $words } }
          last: { code: "def last(first, k): return 'ok' if first and (k == 1 or 'easy' in first) else 'nothing'", entry: "last(first: str, k: int) -> str", with: { first: $first, k: $k } }
        output: $last
        data: { file: steps.jsonl, map: { words: words, expected: answer }, split: { train: 0.2, validation: 0.4, holdout: 0.4, seed: 3 } }
        metrics: { accuracy: { exact_match: $expected } }
        optimize: { optimizer: random, steps: 3, siblings: 1, minibatch: 8, give_up: 0.85 }

        """

    static let stepsData =
        (0..<240).map { place in
            let words = ["bad", "good easy", "bad", "good hard"][place % 4]
            return #"{"id": "s\#(place)", "words": "\#(words) \#(100 + place)", "answer": "ok"}"#
        }.joined(separator: "\n") + "\n"

    /// One way to answer is right nine times in ten and useless the tenth, the other always nearly right.
    static let riskYAML = """
        name: risk
        inputs: { words: text }
        parameters:
          way: { kind: choice, value: daring, options: [daring, steady] }
        steps:
          out: { code: "def out(words, way): return 0.8 if way == 'steady' else 0.0 if words.endswith('7') else 0.9", entry: "out(words: str, way: str) -> float", with: { words: $words, way: $way } }
        output: $out
        data: { file: steps.jsonl, map: { words: words }, split: { train: 0.2, validation: 0.4, holdout: 0.4, seed: 3 } }
        metrics:
          quality: { code: "def quality(output): return output", entry: "quality(output: float) -> float" }
          calm: { code: "def calm(output): return 1.0 if output == 0.8 else 0.7", entry: "calm(output: float) -> float" }
        objective: { maximize: quality, risk: { worst: 0.2 } }
        optimize: { optimizer: random, steps: 2, siblings: 1 }

        """

    /// Two aims that one number has to share out.
    static let frontYAML = """
        name: front
        inputs: { words: text }
        parameters:
          k: { kind: integer, value: 2, range: [0, 4] }
        steps:
          out: { code: "def out(words, k): return k", entry: "out(words: str, k: int) -> int", with: { words: $words, k: $k } }
        output: $out
        data: { file: steps.jsonl, map: { words: words }, split: { train: 0.2, validation: 0.4, holdout: 0.4, seed: 3 } }
        metrics:
          up: { code: "def up(output): return output", entry: "up(output: int) -> float" }
          down: { code: "def down(output): return 4 - output", entry: "down(output: int) -> float" }
        objective: { front: [up, down] }
        optimize: { optimizer: random, steps: 4, siblings: 2 }

        """
}
