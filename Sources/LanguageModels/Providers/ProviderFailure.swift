import HTTPTypes
import TraceGraph

/// Turns what a provider answered in place of a reply into the error the caller sees.
struct ProviderFailure {
    let request: ChatRequest
    let address: ServerAddress
    let variables: ProviderVariables
    let key: APIKey?
    /// What to do about a model the provider does not have.
    let unknownModelRemedy: String
    /// Seconds since 1970.
    let now: Int

    /// An answer whose status is not 2xx.
    func error(head: HTTPResponse, body: [UInt8]) -> ModelError {
        let status = head.status.code
        let retryAfter = RetryAfter.seconds(in: head.headerFields, now: now)
        if (300..<400).contains(status) { return redirect(head) }
        let answer = try? Value(json: body)
        let complaint = answer.flatMap { ProviderComplaint(in: $0) }
        return error(status: status, complaint: complaint, retryAfter: retryAfter)
    }

    /// An error inside an answer that began well.
    func error(_ problem: WireProblem) -> ModelError {
        switch problem {
        case .unreadable(let what): unreadable(what)
        case .complaint(let complaint):
            error(status: complaint.status ?? status(for: complaint), complaint: complaint, retryAfter: nil)
        }
    }

    /// An answer that is not what the provider's interface promises.
    func unreadable(_ what: String, status: Int? = nil, underlyingError: (any Error)? = nil) -> ModelError {
        make(
            .unreadableReply,
            "\(address) did not answer as a model provider does: \(what). Is the address in \(variables.address) right?",
            status: status, underlyingError: underlyingError)
    }

    /// A stream that ended before the reply did.
    var cutOff: ModelError {
        make(.interrupted, "\(address) ended its stream before the reply was complete: try again")
    }

    private func error(status: Int, complaint: ProviderComplaint?, retryAfter: Double?) -> ModelError {
        let code = code(status: status, complaint)
        var message = "\(what(code, status)) (\(status))"
        if let words = complaint?.message, !words.isEmpty {
            message += ". It says: \(Quotation(key: key, request: request).quote(words))"
        }
        let refused = code == .badRequest && complaint?.refusesTemperature == true ? "temperature" : nil
        return make(code, message, status: status, retryAfter: retryAfter, refusedSetting: refused)
    }

    private func what(_ code: ModelError.Code, _ status: Int) -> String {
        switch code {
        case .wrongKey where key == nil: "\(address) wants a key: set \(variables.key)"
        case .wrongKey: "\(address) refused the key: check \(variables.key)"
        case .quotaExhausted: "the account behind \(variables.key) has no credit left at \(address): add credit"
        case .unknownModel:
            "\(address) has no model \(request.model.model): \(unknownModelRemedy), or correct \(variables.address)"
        case .contextTooLong:
            "the prompt and its reply do not fit the context of \(request.model): shorten the prompt or ask for less"
        case .timeout: "\(address) gave up waiting for the request: try again"
        case .rateLimited: "\(address) gets too many requests: slow down"
        case .overloaded: "\(address) is overloaded: try again later"
        case .serverError: "\(address) failed: try again later"
        default: "\(address) refused the request: check its settings against what \(request.model) allows"
        }
    }

    private func code(status: Int, _ complaint: ProviderComplaint?) -> ModelError.Code {
        switch status {
        case 401, 403: .wrongKey
        case 402: .quotaExhausted
        case 404: .unknownModel
        case 408: .timeout
        case 413: .contextTooLong
        case 429: complaint?.isAboutQuota == true ? .quotaExhausted : .rateLimited
        case 503, 529: .overloaded
        case 500...: complaint?.isAboutContext == true ? .contextTooLong : .serverError
        default: complaint?.refusal ?? .badRequest
        }
    }

    /// The status a complaint without one would have had.
    private func status(for complaint: ProviderComplaint) -> Int {
        for label in complaint.labels {
            switch label {
            case "overloaded_error": return 529
            case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota": return 429
            case "authentication_error", "permission_error", "invalid_api_key": return 401
            case "billing_error": return 402
            case "not_found_error", "model_not_found": return 404
            case "timeout_error": return 408
            case "request_too_large": return 413
            case "invalid_request_error", "exceed_context_size_error", "context_length_exceeded": return 400
            default: continue
            }
        }
        return complaint.refusal == nil ? 500 : 400
    }

    private func redirect(_ head: HTTPResponse) -> ModelError {
        let location = head.headerFields[.location].flatMap { ServerAddress($0)?.description }
        // It may repeat the key.
        let target = location.map { Quotation(key: key, request: request).quote($0) } ?? "another address"
        return make(
            .badRequest,
            "\(address) sends requests on to \(target) (\(head.status.code)), which is not followed: "
                + "put the final address into \(variables.address)",
            status: head.status.code
        ).reaching(.run)
    }

    private func make(
        _ code: ModelError.Code, _ message: String, status: Int? = nil, retryAfter: Double? = nil,
        refusedSetting: String? = nil, underlyingError: (any Error)? = nil
    ) -> ModelError {
        ModelError(
            code, message, model: request.model, url: address.description, status: status, retryAfter: retryAfter,
            refusedSetting: refusedSetting, underlyingError: underlyingError)
    }
}

extension ProviderComplaint {
    private func says(_ phrases: [String]) -> Bool {
        let text = ([message] + labels).joined(separator: " ").lowercased()
        return phrases.contains { text.contains($0) }
    }

    var isAboutQuota: Bool {
        says(["insufficient_quota", "exceeded your current quota", "credit balance", "billing_hard_limit"])
    }

    var isAboutContext: Bool {
        says([
            "context_length_exceeded", "maximum context length", "context length", "context window",
            "prompt is too long", "exceed_context_size", "exceeds the available context", "exceed context limit",
        ])
    }

    /// Whether the model takes no temperature, or none but its own; false for one that is merely out of range.
    var refusesTemperature: Bool {
        guard parameter.map({ $0 == "temperature" }) ?? says(["temperature"]) else { return false }
        return says([
            "unsupported", "not support", "only the default", "only 1", "be set to 1", "must be 1", "not allowed",
            "not permitted", "deprecated", "cannot both be specified",
        ])
    }

    /// What a refused request (400, 422) is really about; nil when it is about nothing in particular.
    var refusal: ModelError.Code? {
        if isAboutContext { return .contextTooLong }
        if isAboutQuota { return .quotaExhausted }
        if says(["model_not_found"]) { return .unknownModel }
        if says(["invalid_api_key", "api key not valid", "incorrect api key"]) { return .wrongKey }
        return nil
    }
}
