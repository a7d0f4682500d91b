import Evaluation
import Foundation
import Optimization
import Synchronization
import Testing
import TraceGraph
import TraceStore

@Suite("The journal of a run")
struct StoredRunsTests {
    static let verdict = Gate("accuracy").verdict(
        for: ScoreSheet(["a": 1, "b": 1, "c": 0]), against: ScoreSheet(["a": 0, "b": 0, "c": 1]))

    @Test("gives the run back with all that was said about it")
    func whole() throws {
        let folder = try TemporaryFolder()
        try folder.store().journal(
            SampleRun.record(), [SampleRun.baseline(), SampleRun.step()], SampleRun.conclusion(Self.verdict))
        let store = try folder.store()
        let run = try store.run(named: "triage-1a2b3c4d")
        #expect(run.label == "triage-1a2b3c4d#1")
        #expect(run.workflow == "triage")
        #expect(run.seed == .max)
        #expect(run.settings == SampleRun.record().settings)
        #expect(run.parameters == SampleRun.space)
        #expect(run.status == .finished)
        #expect(run.reason == "all 1 steps done")
        #expect(run.best == SampleRun.better.id)
        #expect(run.verdict == Self.verdict)
        #expect(run.steps == 2)
        #expect(run.candidates == 3)
        #expect(run.spend == SampleRun.conclusion().spend)
        #expect(run.paid == SampleRun.conclusion().paid)
        #expect(run.seconds == 1.5)
        #expect(run.started == StoreClock.fixed.now())
        #expect(run.finished == StoreClock.fixed.now())
        #expect(try store.optimizerState(of: run.id) == SampleRun.step().optimizer)
        #expect(try store.notes(of: run.id).map(\.note) == SampleRun.step().notes)
        #expect(try store.verify().problems == [])
    }

    @Test("gives back which of two ways to go on was better, and keeps what both were made from")
    func preferences() throws {
        let folder = try TemporaryFolder()
        let pairs = [1.0, -2, 0.25].enumerated().map { place, lift in
            PreferencePair(
                example: "e\(place)", node: "reply", prompt: ["message": .text("only here \(place)"), "n": 1],
                chosen: "cards", rejected: "", hint: "Name \u{0}the queue.", lift: lift)
        }
        var steps = [try SampleRun.baseline(), try SampleRun.step()]
        steps[0].preferences = [pairs[0]]
        steps[1].preferences = [pairs[1], pairs[2]]
        try folder.store().journal(SampleRun.record(), steps, SampleRun.conclusion(Self.verdict))
        let store = try folder.store()
        let run = try store.run(named: "latest").id
        #expect(try store.preferences(of: run).map(\.preference) == pairs)
        #expect(try store.preferences(of: run).map(\.step) == [0, 1, 1])
        #expect(try store.preferences(of: run + 1).isEmpty)
        #expect(try store.preferences(of: run, limit: 2).map(\.preference) == Array(pairs.prefix(2)))
        #expect(try store.verify().problems == [])
    }

    @Test("gives the candidates back with their fate and scores")
    func candidates() throws {
        let store = try TemporaryFolder().store()
        try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step()])
        let candidates = try store.candidates(of: store.run(named: "latest").id)
        #expect(candidates.map(\.candidate) == [SampleRun.space.seed, SampleRun.worse, SampleRun.better])
        #expect(candidates.map(\.step) == [0, 1, 1])
        #expect(candidates.map(\.fate) == [nil, .rejected("worse on the minibatch"), .accepted("better by 0.5")])
        #expect(candidates.map(\.intent) == [nil, .diverge, .refine])
        #expect(candidates[2].scores == ["validation": 0.5])
        #expect(candidates[1].scores == [:])
        #expect(candidates[1].evaluations == ["train": 1])
        let run = try store.run(named: "latest").id
        #expect(try store.candidateNumbers(of: run) == candidates.map(\.candidate.id))
        for known in candidates {
            let one = try #require(try store.candidate(known.candidate.id, of: run))
            #expect(one.candidate == known.candidate && one.scores == known.scores && one.fate == known.fate)
        }
        #expect(try store.candidate(Candidate.ID(99), of: run) == nil && store.candidate(.seed, of: run + 1) == nil)
    }

    @Test("finds the evaluations of one candidate among those of all, whatever else is asked")
    func evaluationsOfOne() throws {
        let store = try TemporaryFolder().store()
        for _ in 0..<2 { try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step()]) }
        let runs = try store.runs().map(\.id)
        for run in runs {
            let all = try store.evaluations(TraceFilter(run: run))
            for id in Set(all.map(\.candidate)) {
                let own = all.filter { $0.candidate == id }
                #expect(try store.evaluations(TraceFilter(run: run, candidate: id)).map(\.id) == own.map(\.id))
                for split in ["train", "validation"] {
                    let filter = TraceFilter(run: run, candidate: id, split: split)
                    #expect(try store.evaluations(filter).map(\.id) == own.filter { $0.split == split }.map(\.id))
                }
            }
        }
        #expect(try store.evaluations(TraceFilter(candidate: SampleRun.better.id)).count == 4)
        #expect(try store.evaluations(.all).count == 10)
    }

    @Test("gives the evaluations back with the number of each trace")
    func evaluations() throws {
        let store = try TemporaryFolder().store()
        let steps = [try SampleRun.baseline(), try SampleRun.step()]
        try store.journal(SampleRun.record(), steps)
        let run = try store.run(named: "latest").id
        let written = steps.flatMap(\.evaluations)
        let stored = try store.evaluations(TraceFilter(run: run))
        #expect(stored.map(\.candidate) == written.map(\.evaluation.candidate))
        #expect(stored.map(\.example) == written.map(\.evaluation.example))
        #expect(stored.map(\.scores) == written.map(\.evaluation.scores))
        #expect(stored.map(\.score) == written.map(\.evaluation.score))
        #expect(stored.map(\.calls) == written.map(\.evaluation.calls))
        #expect(stored.map(\.split) == written.map(\.split))
        #expect(stored.map(\.step) == [0, 0, 1, 1, 1])
        for (stored, written) in zip(stored, written) {
            let trace = try store.trace(id: try #require(stored.trace))
            #expect(trace.account == written.evaluation.trace.account)
        }
        #expect(try store.evaluations(TraceFilter(run: run, candidate: SampleRun.better.id, failed: false)).count == 2)
        #expect(try store.evaluations(TraceFilter(run: run, failed: true)).count == 1)
    }

    @Test("keeps every kind of event in order")
    func events() throws {
        let store = try TemporaryFolder().store()
        var last = try SampleRun.step()
        last.index = 2
        last.candidates = []
        last.evaluations = []
        last.events = [.verdict(Self.verdict)]
        try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step(), last])
        let run = try store.run(named: "latest").id
        let events = try store.events(of: run)
        let written = try [SampleRun.baseline(), SampleRun.step(), last].flatMap(\.events)
        #expect(events.map(\.kind) == written.map(\.kind))
        #expect(events.map(\.content) == written.map(\.content))
        #expect(Set(events.map(\.kind)).count == 12)
        #expect(try store.events(of: run, afterStep: 1).map(\.kind) == ["verdict"])
        #expect(try Verdict(recorded: .object(#require(events.last?.content))) == Self.verdict)
    }

    @Test("tells whether it has begun while the database is being written")
    func begun() throws {
        let journal = Mutex<StoredRuns?>(nil)
        let told = Mutex<[Bool]>([])
        // The store asks for the time in the middle of each write.
        let clock = StoreClock {
            if let journal = journal.withLock({ $0 }) { told.withLock { $0.append(journal.hasBegun) } }
            return StoreClock.fixed.now()
        }
        let store = try TraceStore(path: try TemporaryFolder().path("t.sqlite"), clock: clock)
        let written = store.journal()
        journal.withLock { $0 = written }
        #expect(!written.hasBegun)
        try written.begin(SampleRun.record())
        #expect(written.hasBegun)
        try written.commit(SampleRun.baseline())
        let answers = told.withLock { $0 }
        #expect(answers.first == false && answers.last == true)
    }

    @Test("names the winner with every parameter of the run")
    func winner() throws {
        let store = try TemporaryFolder().store()
        let journal = try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step()])
        let run = try #require(journal.run)
        #expect(try store.winner(of: run) == nil)
        try journal.finish(SampleRun.conclusion())
        let values: [String: Value] = ["instruction": "Route the message to one queue.", "creativity": 0.2]
        #expect(try store.winner(of: run)?.values == values)
        expect(.unknownRun) { try store.winner(of: run + 1) }
    }

    @Test("counts attempts and finds them by name, number, beginning and as the latest")
    func names() throws {
        let store = try TemporaryFolder().store()
        expect(.unknownRun) { try store.run(named: "latest") }
        #expect(try store.journal(SampleRun.record("triage-1a2b")).label == "triage-1a2b#1")
        #expect(try store.journal(SampleRun.record("triage-1a2b")).label == "triage-1a2b#2")
        try store.journal(SampleRun.record("triage-1a"))
        try store.journal(SampleRun.record("search_x"))
        #expect(try store.run(named: "latest").label == "search_x#1")
        #expect(try store.run(named: "triage-1a2b").label == "triage-1a2b#2")
        #expect(try store.run(named: "triage-1a2b#1").label == "triage-1a2b#1")
        #expect(try store.run(named: "triage-1a2").label == "triage-1a2b#2")
        #expect(try store.run(named: "triage-1a2#1").label == "triage-1a2b#1")
        // A whole name goes before a beginning, and signs of LIKE are no wildcards.
        #expect(try store.run(named: "triage-1a").label == "triage-1a#1")
        expect(.unknownRun) { try store.run(named: "triage_1") }
        expect(.ambiguousRun) { try store.run(named: "triage") }
        expect(.unknownRun) { try store.run(named: "triage-1a2b#3") }
        expect(.unknownRun) { try store.run(named: "") }
        #expect(try store.runs().map(\.label) == ["search_x#1", "triage-1a#1", "triage-1a2b#2", "triage-1a2b#1"])
    }

    @Test("writes a step whole or not at all, and goes on after a refusal")
    func atomic() throws {
        let store = try TemporaryFolder().store()
        let journal = try store.journal(SampleRun.record(), [SampleRun.baseline()])
        let before = try store.statistics()
        var broken = try SampleRun.step()
        broken.evaluations.append(
            try SampleRun.evaluation(Candidate(id: Candidate.ID(9), values: [:]), on: "e3", score: 1))
        expect(.outOfOrder) { try journal.commit(broken) }
        #expect(try store.statistics() == before)
        #expect(try store.run(named: "latest").steps == 1)
        try journal.commit(SampleRun.step())
        try journal.finish(SampleRun.conclusion())
        #expect(try store.run(named: "latest").steps == 2)
        #expect(try store.verify().problems == [])
    }

    @Test("is used in order: begin once, then steps")
    func order() throws {
        let store = try TemporaryFolder().store()
        let journal = store.journal()
        expect(.outOfOrder) { try journal.commit(SampleRun.baseline()) }
        expect(.outOfOrder) { try journal.finish(SampleRun.conclusion()) }
        try journal.begin(SampleRun.record())
        expect(.outOfOrder) { try journal.begin(SampleRun.record()) }
    }
}
