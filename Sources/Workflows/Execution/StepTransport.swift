import LanguageModels
import Synchronization

/// What carries the requests of steps: made when the first is sent.
final class StepTransport: Sendable {
    private let made: Mutex<(any HTTPTransport)?>
    private let environment: [String: String]

    init(_ given: (any HTTPTransport)?, environment: [String: String]) {
        made = Mutex(given)
        self.environment = environment
    }

    /// - Throws: ``ModelError`` when libcurl cannot be used.
    func transport() throws -> any HTTPTransport {
        try made.withLock { made in
            if let made { return made }
            let transport = try CurlTransport(CurlOptions(environment: environment))
            made = transport
            return transport
        }
    }
}
