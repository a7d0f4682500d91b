import Evaluation
import TraceGraph

/// What was said about more than one run, with the number of runs it was said about.
///
/// A minibatch shows a handful of runs, of which some say what is only true of them. What comes back on other examples is
/// worth more than what was said last, so it is counted over all runs there are. Only what was said about train examples
/// under the present values is ever listed; runs on the validation split are counted and not shown.
struct RecurringRemarks: Sendable, Hashable {
    struct Remark: Sendable, Hashable {
        /// What the node is called.
        var node: String
        /// In the words it was said in first.
        var text: String
        /// Runs of the present values it was said about.
        var runs: Int
        /// Runs of other values that do not say it themselves.
        var elsewhere: Int
    }

    /// Those that are likeliest to come again first; of equals in the order they were first said in.
    let remarks: [Remark]
    /// Runs of the present values that fell short.
    let runs: Int

    /// Longer ones are about a single case; in tokens.
    static let longest = 60
    /// The most that are listed.
    static let most = 12
    /// How many runs of the present values those of others are worth together, as a guess at how often something is said.
    static let worthOfOthers = 8.0

    /// - Parameters:
    ///   - train: Runs of the present values whose remarks may be listed.
    ///   - validation: Runs of the present values that are only counted.
    ///   - others: Runs of other values, only counted too, where their texts do not say the remark already.
    ///   - hasFallenShort: Whether a run is one of those that something has to be learned from.
    /// - Complexity: O(feedback of all runs); each different text is folded once.
    init(
        train: [Evaluation], validation: [Evaluation], others: [Evaluation] = [], hasFallenShort: (Evaluation) -> Bool
    ) {
        var reader = Reader()
        var found: [Key: Remark] = [:]
        var order: [Key] = []
        let (shown, counted) = (train.filter(hasFallenShort), validation.filter(hasFallenShort))
        for (key, text) in shown.flatMap({ reader.said(of: $0) }) {
            if found[key] == nil {
                found[key] = Remark(node: key.node, text: text, runs: 0, elsewhere: 0)
                order.append(key)
            }
            found[key]?.runs += 1
        }
        for (key, _) in counted.flatMap({ reader.said(of: $0) }) { found[key]?.runs += 1 }
        let past = others.filter(hasFallenShort)
        for evaluation in past {
            for (key, _) in reader.said(of: evaluation)
            where found[key] != nil && !reader.says(evaluation.trace.candidate, key.text) {
                found[key]?.elsewhere += 1
            }
        }
        let share = past.isEmpty ? 0 : Self.worthOfOthers / Double(past.count)
        func weight(_ remark: Remark) -> Double { Double(remark.runs) + share * Double(remark.elsewhere) }
        remarks = order.enumerated().compactMap { place, key in found[key].map { (place, $0) } }
            .filter { $0.1.runs + $0.1.elsewhere > 1 }
            .sorted { (weight($1.1), $0.0) < (weight($0.1), $1.0) }.map(\.1)
        runs = shown.count + counted.count
    }

    private struct Key: Hashable {
        let node: String
        /// Folded.
        let text: String
    }

    /// Reads what was said. The same is said about many runs, and all runs of a candidate have its texts.
    private struct Reader {
        private var remarks: [String: (text: String, folded: String)?] = [:]
        private var folded: [String: String] = [:]
        private var saying: [Saying: Bool] = [:]

        private struct Saying: Hashable {
            let text: String
            let remark: String
        }

        /// What was said about a run, each remark once.
        mutating func said(of evaluation: Evaluation) -> [(Key, String)] {
            let trace = evaluation.trace
            var seen: Set<Key> = []
            var said: [(Key, String)] = []
            for item in trace.feedback {
                guard let remark = remark(item.text) else { continue }
                let key = Key(node: trace[item.output].base, text: remark.folded)
                if seen.insert(key).inserted { said.append((key, remark.text)) }
            }
            return said
        }

        /// Whether a text of the candidate says it already; `remark` is folded.
        mutating func says(_ candidate: Candidate, _ remark: String) -> Bool {
            candidate.values.values.contains { value in
                guard let text = value.text else { return false }
                let pair = Saying(text: text, remark: remark)
                if let known = saying[pair] { return known }
                let folded = self.folded[text] ?? Hint.folded(text)
                self.folded[text] = folded
                let says = folded.contains(remark)
                saying[pair] = says
                return says
            }
        }

        /// Nil for what is too long, or nothing.
        private mutating func remark(_ words: String) -> (text: String, folded: String)? {
            if let known = remarks[words] { return known }
            let text = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let isUsable = !text.isEmpty && TextTokens.estimate(of: text) <= longest
            let remark = isUsable ? (text, Hint.folded(text)) : nil
            remarks[words] = .some(remark)
            return remark
        }
    }

    /// As a list for a question, those that `texts` say already after the others; nil when nothing came back.
    func inWords(saidAlready texts: [String] = []) -> String? {
        let said = texts.map(Hint.folded)
        let open = remarks.filter { remark in !said.contains { $0.contains(Hint.folded(remark.text)) } }
        let listed = (open + remarks.filter { !open.contains($0) }).prefix(Self.most)
        guard !listed.isEmpty else { return nil }
        let lines = listed.map { remark in
            let past = remark.elsewhere > 0 ? ", \(remark.elsewhere)× of other values" : ""
            return "[\(remark.runs)×\(past)] \(remark.node): \(remark.text)"
        }
        return "Of \(runs) runs that fell short, this was said about more than one, most often first:\n"
            + lines.joined(separator: "\n")
    }
}

extension ProposalContext {
    /// What came back in the feedback on `candidate`, by all that was run of it.
    ///
    /// - Parameter fresh: Runs of it on train examples that were made in this step.
    func recurringRemarks(on candidate: Candidate, fresh: [Evaluation] = []) -> RecurringRemarks {
        let known = trainRuns[candidate.id] ?? (candidate.id == parent.id ? evaluations : [])
        let examples = Set(known.map(\.example.id))
        return RecurringRemarks(
            train: known + fresh.filter { !examples.contains($0.example.id) },
            validation: history.last { $0.candidate.id == candidate.id }?.validation ?? [],
            others: otherRuns(than: candidate.id)
        ) { evaluation in
            evaluation.score == nil || !scale.isTop(evaluation.score)
        }
    }

    /// The latest runs of other candidates, as many as are worth going through.
    private func otherRuns(than candidate: Candidate.ID) -> [Evaluation] {
        var runs: [Evaluation] = []
        for tried in history.reversed() where tried.candidate.id != candidate {
            runs += tried.validation + (trainRuns[tried.candidate.id] ?? [])
            if runs.count > 1000 { break }
        }
        return runs
    }

    /// The same as a list for a question about `variables`; nil for a small model, which copies what it is shown, and where
    /// nothing came back.
    ///
    /// - Parameters:
    ///   - fresh: Runs of `candidate` on train examples that were made in this step.
    ///   - others: What is proposed in this step already: what it takes up stands last.
    func recurrenceInWords(
        on candidate: Candidate, fresh: [Evaluation] = [], variables: [ParameterDefinition],
        others: [[String: Value]] = []
    ) -> String? {
        guard ProblemRenderer.Layout.fitting(modelName) == .full else { return nil }
        let values = [candidate.values] + others
        let texts = values.flatMap { values in
            variables.compactMap { (values[$0.name] ?? $0.initial).text }
        }
        return recurringRemarks(on: candidate, fresh: fresh).inWords(saidAlready: texts)
    }
}
