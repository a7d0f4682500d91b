public import Evaluation
public import TraceGraph

/// A method that turns observed executions into new values for parameters.
public protocol Optimizer: Sendable {
    /// The name it is registered under.
    static var name: String { get }

    /// The kinds of parameters it can change.
    static var kinds: Set<ParameterKind> { get }

    /// The options it can be given; none unless declared.
    static var options: [OptimizerOption] { get }

    /// How its proposals are tried.
    var trialRule: TrialRule { get }

    /// The most model calls that making the proposals of one step takes, for forecasts.
    func modelCalls(proposing siblings: Int) -> Int

    /// The candidate that the next step looks at.
    func parent(in pool: CandidatePool) -> Candidate.ID

    /// The best candidate in the optimizer's own judgement, where it knows more than the mean on validation, which flatters
    /// the best of many; nil to leave it at that. Only one that was run on the whole validation split counts.
    func winner(in pool: CandidatePool) -> Candidate.ID?

    /// Whether it goes by what metrics say. One that does not needs none: a workflow without metrics can be given to it.
    var goesByScores: Bool { get }

    /// The most examples that one step runs on the workbench, of so many there are; for forecasts and stop rules.
    func workbenchRuns(train: Int) -> Int

    /// What a step may take, for forecasts: once for each method that may have the turn. Empty where it cannot change any of
    /// `parameters`.
    func outlook(for parameters: ParameterSpace, train: Int, siblings: Int) -> [StepOutlook]

    /// What it has to tell of the whole run, a line each, once the gate has decided.
    func report(on best: Candidate, from seed: Candidate, _ verdict: Verdict) -> [String]

    /// Proposals for the next step, from what has been observed so far.
    ///
    /// - Throws: What ends the run, such as an exhausted budget; a reply that is no use is no error but a note in
    ///   ``ProposalContext/report``.
    mutating func propose(_ context: ProposalContext) async throws -> [Proposal]

    /// Scores and fate of what was tried.
    mutating func observe(_ trials: [Trial])

    /// Everything needed to go on exactly here after a restart.
    var state: OptimizerState { get }
}

extension Optimizer {
    public static var options: [OptimizerOption] { [] }

    /// A race: one winner a step.
    public var trialRule: TrialRule { .race }

    /// Each proposal asked for, and once more.
    public func modelCalls(proposing siblings: Int) -> Int { 2 * siblings }

    /// The best one.
    public func parent(in pool: CandidatePool) -> Candidate.ID { pool.best.id }

    /// No judgement of its own.
    public func winner(in pool: CandidatePool) -> Candidate.ID? { nil }

    /// As nearly all do.
    public var goesByScores: Bool { true }

    /// None.
    public func workbenchRuns(train: Int) -> Int { 0 }

    /// Nothing that steps and verdict do not tell.
    public func report(on best: Candidate, from seed: Candidate, _ verdict: Verdict) -> [String] { [] }

    /// Its own.
    public func outlook(for parameters: ParameterSpace, train: Int, siblings: Int) -> [StepOutlook] {
        [
            StepOutlook(
                trialRule: trialRule, modelCalls: modelCalls(proposing: siblings),
                workbenchRuns: workbenchRuns(train: train))
        ]
    }
}

/// What one step of a method takes at the most, besides trying what it proposes.
public struct StepOutlook: Sendable, Hashable {
    /// How its proposals are tried.
    public var trialRule: TrialRule
    /// Model calls that making the proposals takes.
    public var modelCalls: Int
    /// Examples that it runs on the workbench.
    public var workbenchRuns: Int
    /// Whether the method can only have the turn where nodes on the way to the result have feedback of their own.
    public var needsHints: Bool

    public init(trialRule: TrialRule, modelCalls: Int, workbenchRuns: Int, needsHints: Bool = false) {
        self.trialRule = trialRule
        self.modelCalls = modelCalls
        self.workbenchRuns = workbenchRuns
        self.needsHints = needsHints
    }
}

/// What an optimizer has to keep to go on after a restart, in a form of its own.
public struct OptimizerState: Sendable, Hashable, Codable {
    /// The name of the optimizer it belongs to.
    public var optimizer: String
    /// In a form that only that optimizer reads.
    public var content: Value

    public init(optimizer: String, content: Value) {
        self.optimizer = optimizer
        self.content = content
    }
}

extension OptimizerState {
    /// What `read` makes of the content of a state of `method`.
    ///
    /// - Parameter read: Nil for what it cannot read.
    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or cannot be read.
    public func memory<Memory>(
        of method: (some Optimizer).Type, _ read: (Value) -> Memory?
    ) throws(OptimizerError) -> Memory {
        guard optimizer == method.name, let memory = read(content) else {
            throw OptimizerError(.badState, "this is not a state of \(method.name)")
        }
        return memory
    }
}
