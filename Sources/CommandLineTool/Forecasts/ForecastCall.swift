import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import Workflows

/// A call that running and scoring one example makes, and what it is going to take.
struct ForecastCall {
    let model: ModelName
    /// Tokens of the prompt and of the reply.
    var promptTokens: Double
    var completionTokens: Double

    /// Tokens assumed for a reply of which nothing says how long it may be.
    private static let unstatedReply = 256.0
    /// Tokens of a judge's rubric and verdict.
    private static let judgePrompt = 400.0
    private static let judgeReply = 120.0

    /// The calls of `file` on an example like those of `examples`, judges included. Tokens are guessed from the texts.
    static func all(of file: WorkflowFile, on examples: [Example]) -> [ForecastCall] {
        let sample = examples.prefix(50)
        let bytes = sample.reduce(0) { $0 + $1.fields.values.reduce(0) { $0 + $1.plainText.utf8.count } }
        let exampleTokens = Double(bytes) / Double(max(1, sample.count) * TokenEstimate.bytesPerToken)
        var calls = file.allSteps.compactMap { step -> ForecastCall? in
            guard case .prompt(let prompt) = step.action else { return nil }
            let texts = prompt.messages.reduce(0) { $0 + Self.bytes(of: $1.content, in: file) }
            var reply = unstatedReply
            if case .literal(let value) = prompt.maximumTokens, let most = value.integer {
                reply = min(Double(most), 2 * unstatedReply)
            }
            return ForecastCall(
                model: model(of: prompt.model, in: file),
                promptTokens: Double(texts / TokenEstimate.bytesPerToken + 4 * prompt.messages.count) + exampleTokens,
                completionTokens: reply)
        }
        for metric in file.metrics where metric.kind == .judge || metric.kind == .pairwise {
            let name = metric.options["model"]?.text.flatMap(file.model(named:)) ?? file.models.first?.model
            let judgement = ForecastCall(
                model: name ?? ModelName(provider: "local", model: "default"),
                promptTokens: judgePrompt + exampleTokens, completionTokens: judgeReply)
            // Two outputs are compared in both orders.
            calls += Array(repeating: judgement, count: metric.kind == .pairwise ? 2 : 1)
        }
        return calls
    }

    private static func bytes(of content: PromptText, in file: WorkflowFile) -> Int {
        switch content {
        case .fixed(let placed): placed.template.source.utf8.count
        case .template(let reference), .verbatim(let reference):
            file.parameters.first { $0.definition.name == reference.name }?.definition.initial.plainText.utf8.count ?? 0
        }
    }

    private static func model(of choice: ModelChoice, in file: WorkflowFile) -> ModelName {
        let standard = file.models.first?.model ?? ModelName(provider: "local", model: "default")
        switch choice {
        case .fixed(let model): return model
        case .role(let role): return file.models.first { $0.role == role }?.model ?? standard
        case .parameter(let reference):
            let definition = file.parameters.first { $0.definition.name == reference.name }?.definition
            return definition?.initial.text.flatMap(file.model(named:)) ?? standard
        }
    }
}
