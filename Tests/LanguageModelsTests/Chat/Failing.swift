import LanguageModels
import Testing

/// Expects `body` to fail with a ``ModelError`` of that code.
func fails(
    with code: ModelError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("no error was thrown", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? ModelError)?.code == code, "\(error)", sourceLocation: sourceLocation)
    }
}
