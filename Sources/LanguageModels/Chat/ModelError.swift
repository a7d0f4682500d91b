/// A model call that failed, with all that is known at the moment of failure. Holds no prompt and no key.
public struct ModelError: RunEnding, Sendable, CustomStringConvertible {
    /// What went wrong, as far as it decides what to do next.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case unknownProvider, unknownModel, missingKey, wrongKey, unreachable, timeout, interrupted, rateLimited,
                overloaded, badRequest, contextTooLong, unreadableReply, budgetExhausted, cacheMiss, unknownPrice,
                script, localServer, download, serverError, setting, quotaExhausted, refused, cutByBudget
        }

        private let name: Name

        /// No provider of that name.
        public static let unknownProvider = Code(name: .unknownProvider)
        /// The provider does not have that model.
        public static let unknownModel = Code(name: .unknownModel)
        /// The provider needs a key and none is set.
        public static let missingKey = Code(name: .missingKey)
        /// The provider refused the key.
        public static let wrongKey = Code(name: .wrongKey)
        /// No connection: refused, no such host, TLS failure.
        public static let unreachable = Code(name: .unreachable)
        /// No answer in time.
        public static let timeout = Code(name: .timeout)
        /// The connection broke while the answer arrived.
        public static let interrupted = Code(name: .interrupted)
        /// Too many requests or tokens; ``ModelError/retryAfter`` may say how long to wait.
        public static let rateLimited = Code(name: .rateLimited)
        /// The account with the provider has no credit left: waiting does not help.
        public static let quotaExhausted = Code(name: .quotaExhausted)
        /// The provider is overloaded (503, 529).
        public static let overloaded = Code(name: .overloaded)
        /// Another error on the provider's side (5xx).
        public static let serverError = Code(name: .serverError)
        /// The provider refused the request as it stands.
        public static let badRequest = Code(name: .badRequest)
        /// Prompt and reply do not fit the model's context.
        public static let contextTooLong = Code(name: .contextTooLong)
        /// The answer is not what the provider's interface promises.
        public static let unreadableReply = Code(name: .unreadableReply)
        /// The call would exceed the run's budget; nothing was sent.
        public static let budgetExhausted = Code(name: .budgetExhausted)
        /// Only recorded replies are allowed and there is none for this request.
        public static let cacheMiss = Code(name: .cacheMiss)
        /// A cost cap is set and a model's price is unknown.
        public static let unknownPrice = Code(name: .unknownPrice)
        /// The script of a scripted model cannot be read or has no reply for the request.
        public static let script = Code(name: .script)
        /// The local model server could not be started or stopped answering.
        public static let localServer = Code(name: .localServer)
        /// A model or an engine could not be downloaded.
        public static let download = Code(name: .download)
        /// The model declined to answer this request.
        public static let refused = Code(name: .refused)
        /// The reply was cut off at the tokens that a budget held back for it: no whole answer, though it is paid for.
        public static let cutByBudget = Code(name: .cutByBudget)
        /// A settings file or variable about models cannot be read.
        public static let setting = Code(name: .setting)

        public var description: String { name.rawValue }

        private init(name: Name) { self.name = name }

        /// The code that describes itself as `description`; nil for anything else.
        public init?(_ description: String) {
            guard let name = Name(rawValue: description) else { return nil }
            self.name = name
        }
    }

    /// How far a failure reaches.
    public enum Reach: Sendable, Hashable {
        /// This call alone: the execution that needed it fails, others go on.
        case call
        /// No later call can succeed either.
        case run
    }

    /// What went wrong.
    public let code: Code
    /// What happened and what to do next, for a person.
    public private(set) var message: String
    /// How far the failure reaches, where whoever reports it knows more than its code says; nil leaves it to the code.
    public private(set) var reach: Reach?
    /// The model that was asked.
    public private(set) var model: ModelName?
    /// The address that was called, without query and credentials.
    public let url: String?
    /// The HTTP status, when there was one.
    public let status: Int?
    /// How long the provider asked to wait, seconds.
    public let retryAfter: Double?
    /// The setting of the request that the model does not take, where the provider says that it is to blame:
    /// `temperature`.
    public let refusedSetting: String?
    /// What the layer below reported.
    public let underlyingError: (any Error)?

    public init(
        _ code: Code, _ message: String, model: ModelName? = nil, url: String? = nil, status: Int? = nil,
        retryAfter: Double? = nil, refusedSetting: String? = nil, reach: Reach? = nil,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.reach = reach
        self.model = model
        self.url = url
        self.status = status
        self.retryAfter = retryAfter
        self.refusedSetting = refusedSetting
        self.underlyingError = underlyingError
    }

    /// Whether the same request may succeed a little later.
    public var isTransient: Bool {
        [.unreachable, .timeout, .interrupted, .rateLimited, .overloaded, .serverError, .unreadableReply]
            .contains(code)
    }

    /// Whether no later call can succeed either, so that the whole run has to end.
    public var endsRun: Bool {
        if let reach { return reach == .run }
        return ![.badRequest, .contextTooLong, .unreadableReply, .interrupted, .refused, .cutByBudget].contains(code)
    }

    /// The same failure in other words.
    func saying(_ message: String) -> ModelError {
        var error = self
        error.message = message
        return error
    }

    /// The same failure, known to reach as far as `reach`.
    func reaching(_ reach: Reach) -> ModelError {
        var error = self
        error.reach = reach
        return error
    }

    /// The same failure, known to be one of `model`.
    func asking(_ model: ModelName) -> ModelError {
        var error = self
        error.model = model
        return error
    }

    public var description: String { message }
}

extension ModelError.Code {
    /// Matches by code: `catch ModelError.Code.timeout`.
    public static func ~= (code: ModelError.Code, error: any Error) -> Bool { (error as? ModelError)?.code == code }
}
