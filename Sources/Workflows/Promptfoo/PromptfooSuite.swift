import TraceGraph

/// What a promptfoo configuration holds, as far as there is a counterpart.
struct PromptfooSuite {
    var description: String
    var prompts: [PromptfooPrompt]
    var providers: [PromptfooProvider]
    var tests: [PromptfooTest]

    /// Keys that only say how promptfoo itself is run or shown.
    private static let passedOver: Set<String> = [
        "description", "prompts", "providers", "targets", "tests", "defaultTest", "scenarios", "$schema", "outputPath",
        "sharing", "tags", "metadata", "version", "writeLatestResults",
    ]

    init(_ document: Fields, _ source: inout PromptfooSource) throws(PromptfooError) {
        description = document["description"]?.text ?? ""
        prompts = PromptfooPrompt.all(document["prompts"], &source)
        providers = PromptfooProvider.all(document["providers"] ?? document["targets"], &source)
        tests = PromptfooTest.all(in: document, &source)
        for name in document.names where !Self.passedOver.contains(name) {
            source.remark("\(name): not carried over" + (Self.advice[name].map { "; \($0)" } ?? ""))
        }
        if prompts.isEmpty {
            let said = source.remarks.isEmpty ? "" : " (\(source.remarks.joined(separator: "; ")))"
            throw PromptfooError("\(source.path) has no prompt that can be carried over\(said)")
        }
    }

    private static let advice = [
        "evaluateOptions": "--concurrency of optrace eval says how many calls are under way at once",
        "env": "set these variables where optrace runs",
        "nunjucksFilters": "filters in prompts are left out",
        "redteam": "generated attacks are none of an optimization's examples",
        "extensions": "no code of the configuration is run",
        "derivedMetrics": "weights under 'objective' combine metrics",
        "commandLineOptions": "see optrace eval --help",
    ]
}
