import Evaluation
import LanguageModels
import TraceGraph

extension [Evaluation] {
    /// What kept every single execution from getting past a model, the commonest first; nil when one got past it, or failed
    /// for a reason of its own.
    ///
    /// Outputs that are merely wrong are something to improve on, a model that answers nobody is not.
    var endpointFailure: ModelError? {
        let errors = compactMap { $0.trace.error as? ModelError }
        guard let tally = FailureTally(self), errors.count == count else { return nil }
        let place = firstIndex { $0.failure == tally.reason } ?? startIndex
        let error = errors[place]
        let which = count == 1 ? "the only validation example" : "every one of the \(count) validation examples"
        return ModelError(
            error.code, "\(which) failed at the model, so there is nothing to improve on: \(error.message)",
            model: error.model, url: error.url, status: error.status, retryAfter: error.retryAfter,
            underlyingError: error)
    }
}
