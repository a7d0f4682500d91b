import ArgumentParser
import LanguageModels

/// How hard an endpoint may be pressed, and how long a call waits for it.
struct CallOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The longest one try of a call may take, such as 90s (OPTRACE_TIMEOUT). (default: 10m)",
            valueName: "duration"))
    var timeout: String?

    @Option(help: "How often a failed call is tried again (OPTRACE_RETRIES). (default: 7)")
    var retries: Int?

    @Option(
        help: ArgumentHelp(
            "How long a call waits out rate limits and overload before it fails (OPTRACE_MAX_WAIT). (default: 15m)",
            valueName: "duration"))
    var maxWait: String?

    @Option(help: "The most requests a minute to one provider (OPTRACE_REQUESTS_PER_MINUTE).")
    var requestsPerMinute: Int?

    @Option(help: "The most tokens a minute to one provider (OPTRACE_TOKENS_PER_MINUTE).")
    var tokensPerMinute: Int?

    private static let rates = 1...1_000_000_000

    func validate() throws {
        for (text, option) in [(timeout, "--timeout"), (maxWait, "--max-wait")] {
            guard let text, TimeText.seconds(in: text).map({ $0 > 0 }) != true else { continue }
            throw ValidationError("\(option) takes a duration such as 90s, 20m or 2h, not '\(text)'")
        }
        try Bounds.check(retries, "--retries", 0...1_000)
        try Bounds.check(requestsPerMinute, "--requests-per-minute", Self.rates)
        try Bounds.check(tokensPerMinute, "--tokens-per-minute", Self.rates)
    }

    /// Puts what is said here or in `environment` into `settings`. `OPTRACE_RETRY_DELAY` is the wait before the second
    /// try, which doubles from try to try.
    ///
    /// - Throws: ``CommandError`` naming a variable that is not what it should be.
    func apply(to settings: inout CatalogSettings, _ environment: [String: String]) throws {
        if let seconds = try duration(timeout, "OPTRACE_TIMEOUT", environment) {
            settings.timeouts = TransferTimeouts(longest: .seconds(seconds))
        }
        if let retries = try number(retries, "OPTRACE_RETRIES", 0...1_000, environment) {
            settings.retries.attempts = retries + 1
        }
        if let seconds = try duration(maxWait, "OPTRACE_MAX_WAIT", environment) {
            settings.retries.limitTime = .seconds(seconds)
        }
        if let seconds = try duration(nil, "OPTRACE_RETRY_DELAY", environment) {
            settings.retries.firstDelay = .seconds(seconds)
            settings.retries.longestDelay = min(settings.retries.longestDelay, .seconds(seconds * 60))
        }
        settings.requestsPerMinute = try number(
            requestsPerMinute, "OPTRACE_REQUESTS_PER_MINUTE", Self.rates, environment)
        settings.tokensPerMinute = try number(tokensPerMinute, "OPTRACE_TOKENS_PER_MINUTE", Self.rates, environment)
    }

    private func duration(_ option: String?, _ name: String, _ environment: [String: String]) throws -> Double? {
        guard let text = option ?? environment[name], !text.isEmpty else { return nil }
        guard let seconds = TimeText.seconds(in: text), seconds > 0 else {
            throw CommandError("\(name) is '\(text)'; expected a duration such as 90s, 20m or 2h", code: .usage)
        }
        return seconds
    }

    private func number(
        _ option: Int?, _ name: String, _ range: ClosedRange<Int>, _ environment: [String: String]
    ) throws -> Int? {
        if let option { return option }
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw CommandError(
                "\(name) is '\(text)'; expected a whole number from \(range.lowerBound) to \(range.upperBound)",
                code: .usage)
        }
        return number
    }
}
