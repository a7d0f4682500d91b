/// A workflow that hands the code it learns to a function of its author, which executes it, like workflows/search.yaml.
enum SearchWorkflow {
    static let yaml = """
        name: search
        inputs: { query: text }
        constants: { corpus: [red socks, blue hats] }
        models: { optimizer: "${OPTRACE_OPTIMIZER_MODEL:-scripted:script.yaml}" }
        parameters:
          tokenize: { kind: code, language: python, entry: "tokenize(text: str) -> list", value: file://tokenize.py }
        steps:
          terms: { code: $tokenize, with: { text: $query } }
          pages:
            code: |
              def index(corpus, tokenizer):
                  scope = {}
                  exec(tokenizer, scope)
                  return [scope["tokenize"](page) for page in corpus]
            entry: "index(corpus: list, tokenizer: str) -> list"
            with: { corpus: $corpus, tokenizer: $tokenize }
          hits:
            code: "def count(terms, pages): return str(sum(term in page for term in terms for page in pages))"
            entry: "count(terms: list, pages: list) -> str"
            with: { terms: $terms, pages: $pages }
        output: $hits
        data: { file: search.jsonl, map: { query: query, expected: hits }, split: { train: 0.4, validation: 0.3, holdout: 0.3 } }
        metrics: { accuracy: { exact_match: $expected } }
        optimize: { steps: 1, minibatch: 2, siblings: 1 }

        """

    static let tokenize = "def tokenize(text):\n    return [text]\n"

    /// A better tokenizer that leaves a file behind wherever it may.
    static func marking(_ marker: String) -> String {
        "def tokenize(text):\\n    try:\\n        open('\(marker)', 'a').write('was here')\\n    except OSError:\\n"
            + "        pass\\n    return text.split()"
    }

    static func install(in program: Program, proposing source: String) throws {
        try program.write(yaml, to: "search.yaml")
        try program.write(tokenize, to: "tokenize.py")
        let rows = (0..<20).map { #"{"id": "q\#($0)", "query": "red thing \#($0)", "hits": "1"}"# }
        try program.write(rows.joined(separator: "\n") + "\n", to: "search.jsonl")
        let answer = #"{"reasoning": "Cut at spaces.", "suggestion": {"tokenize": "\#(source)"}}"#
        try program.write("- reply: |\n    \(answer)\n", to: "script.yaml")
    }
}
