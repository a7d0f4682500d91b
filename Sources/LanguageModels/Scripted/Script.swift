public import ContentHash
public import TraceGraph

/// What a ``ScriptedModel`` answers: rules, of which the first that applies to a request answers it.
public struct Script: Sendable {
    /// One reply, or the failure in place of one.
    public struct Reply: Sendable, Hashable {
        /// `$1`, `${name}` stand for groups of the rule's pattern, when it has one; `$$` for a dollar sign.
        public var text: String
        public var finish: ChatReply.Finish
        /// Counted when nil: one token for every four bytes.
        public var usage: Usage?
        /// A failure in place of the reply.
        public var error: Failure?

        public init(
            _ text: String, finish: ChatReply.Finish = .stop, usage: Usage? = nil, error: Failure? = nil
        ) {
            self.text = text
            self.finish = finish
            self.usage = usage
            self.error = error
        }
    }

    /// A failure that a script asks for.
    public struct Failure: Sendable, Hashable {
        /// What the call fails with.
        public var code: ModelError.Code
        /// How many tries of the same request fail before it is answered; nil when all do.
        public var times: Int?
        /// Seconds the caller is asked to wait.
        public var retryAfter: Double?

        public init(_ code: ModelError.Code, times: Int? = nil, retryAfter: Double? = nil) {
            self.code = code
            self.times = times
            self.retryAfter = retryAfter
        }
    }

    /// What happens once every reply of a list has been used.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// The request fails: the script is too short.
        case fail
        /// The list begins again.
        case cycle
        /// The last reply is given again.
        case last
    }

    /// Replies for the requests that meet some conditions.
    ///
    /// Replies are given in order: the n-th *distinct* request that a rule answers gets its n-th reply, and the same
    /// request (equal in all that decides a reply, repetition included) always gets the same one. Requests made at the
    /// same time count in the order they arrive. A rule that is not ordered gives its one reply to every request.
    public struct Rule: Sendable {
        /// When the rule answers.
        public var conditions: ScriptConditions
        /// What it answers, one after the other.
        public var replies: [Reply]
        /// What follows the last of them.
        public var ending: Ending
        /// Whether the replies are given in order.
        public var isOrdered: Bool
        /// `file:line`, for messages.
        public var place: String
        /// Whether it was made of bare replies, which the next bare reply joins.
        var isBare = false

        /// One reply for every request.
        public init(
            when conditions: ScriptConditions = ScriptConditions(), _ reply: Reply, place: String = "script"
        ) {
            self.init(when: conditions, [reply], place: place)
            isOrdered = false
        }

        /// Replies in order.
        public init(
            when conditions: ScriptConditions = ScriptConditions(), _ replies: [Reply], then ending: Ending = .fail,
            place: String = "script"
        ) {
            self.isOrdered = true
            self.conditions = conditions
            self.replies = replies
            self.ending = ending
            self.place = place
        }
    }

    /// The first one whose conditions hold answers.
    public var rules: [Rule]
    /// What the script is called in messages.
    public var name: String
    /// The digest of the file it was read from; nil for a script made in code.
    public internal(set) var digest: ContentHash?

    public init(_ rules: [Rule], name: String = "script") {
        self.rules = rules
        self.name = name
    }

    /// Replies given in order to distinct requests.
    public init(replies: [String], then ending: Ending = .fail) {
        self.init([Rule(replies.map { Reply($0) }, then: ending)])
    }
}
