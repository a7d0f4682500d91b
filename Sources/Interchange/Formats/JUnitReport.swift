import Foundation
import Evaluation
import TraceGraph

/// Scores as the test reports that continuous integration reads.
struct JUnitReport {
    struct Case {
        var name: String
        var seconds: Double
        /// What went wrong in the execution.
        var error: String?
        /// What was wrong with the result.
        var failure: String?
        var output: String
    }

    struct Suite {
        var name: String
        var time: Date
        var cases: [Case]
    }

    let name: String
    let suites: [Suite]

    var xml: String {
        let all = suites.flatMap(\.cases)
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        lines.append("<testsuites name=\"\(name.escapedForXML)\" \(Self.counts(all))>")
        for suite in suites {
            let stamp = suite.time.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false))
            lines.append(
                "  <testsuite name=\"\(suite.name.escapedForXML)\" \(Self.counts(suite.cases)) timestamp=\"\(stamp)\">")
            for one in suite.cases { lines += Self.lines(of: one, in: suite.name) }
            lines.append("  </testsuite>")
        }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func counts(_ cases: [Case]) -> String {
        "tests=\"\(cases.count)\" failures=\"\(cases.count { $0.failure != nil })\" "
            + "errors=\"\(cases.count { $0.error != nil })\" "
            + "time=\"\(Amounts.decimal(cases.reduce(0) { $0 + $1.seconds }))\""
    }

    private static func lines(of one: Case, in suite: String) -> [String] {
        let head =
            "    <testcase classname=\"\(suite.escapedForXML)\" name=\"\(one.name.escapedForXML)\" "
            + "time=\"\(Amounts.decimal(one.seconds))\""
        var inner: [String] = []
        if let error = one.error { inner.append(fault("error", error)) }
        if let failure = one.failure { inner.append(fault("failure", failure)) }
        if !one.output.isEmpty {
            inner.append("      <system-out>\(one.output.cut(toBytes: 20_000).text.escapedForXML)</system-out>")
        }
        return inner.isEmpty ? [head + "/>"] : [head + ">"] + inner + ["    </testcase>"]
    }

    private static func fault(_ element: String, _ text: String) -> String {
        "      <\(element) message=\"\(text.onOneLine(200).escapedForXML)\">"
            + "\(text.cut(toBytes: 20_000).text.escapedForXML)</\(element)>"
    }
}

extension RecordedTrace {
    /// The trace as one test: an error when it failed, a failure when it scored nothing.
    public var junit: String {
        let told = trace.feedback.map { item in
            let scores = item.scores.sorted { $0.key < $1.key }.map { "\($0.key) \(Amounts.decimal($0.value))" }
            return (scores + (item.text.isEmpty ? [] : [item.text])).joined(separator: ", ")
        }.joined(separator: "\n")
        let failed =
            if case .failed(let node) = trace.outcome { Amounts.text(of: trace[node].value) } else { nil as String? }
        let isLow = score.map { $0 <= 0 } ?? false
        let one = JUnitReport.Case(
            name: example ?? title, seconds: Double(trace.duration) / 1e9, error: failed,
            failure: failed == nil && isLow ? "score \(Amounts.decimal(score ?? 0)). \(told)" : nil,
            output: trace.result.map { Amounts.text(of: $0.value) } ?? "")
        return JUnitReport(
            name: workflow, suites: [JUnitReport.Suite(name: workflow, time: recorded, cases: [one])]
        ).xml
    }
}

extension RecordedRun {
    /// The evaluations of the best candidate as tests, a suite for each split: a failure where it scores lower than the
    /// seed on the same example, an error where it has no score.
    ///
    /// A graded score below the highest is no failure: a report that is red whatever is done tells nothing.
    public var junit: String {
        guard let tested = best.flatMap(trial) ?? trials.first, let seed = trials.first else {
            return JUnitReport(name: label, suites: []).xml
        }
        let known = Self.byPlace(results.filter { $0.candidate == seed.candidate.id })
        let own = Dictionary(grouping: results.filter { $0.candidate == tested.candidate.id }, by: \.split)
        let suites = ["train", "validation", "holdout"].compactMap { split in
            own[split].map { found in
                JUnitReport.Suite(
                    name: "\(workflow).\(tested.candidate.id).\(split)", time: started,
                    cases: found.map { Self.test(of: $0, before: known[Place($0)]) })
            }
        }
        return JUnitReport(name: label, suites: suites).xml
    }

    private struct Place: Hashable {
        var example: String
        var split: String
        var repetition: Int

        init(_ result: Result) {
            example = result.example.id
            split = result.split
            repetition = result.repetition
        }
    }

    /// The latest score of each.
    private static func byPlace(_ results: [Result]) -> [Place: Double] {
        Dictionary(
            results.compactMap { result in result.score.map { (Place(result), $0) } }, uniquingKeysWith: { $1 })
    }

    private static func test(of result: Result, before: Double?) -> JUnitReport.Case {
        let told = result.scores.sorted { $0.key < $1.key }
            .map { "\($0.key) \(Amounts.decimal($0.value.value)): \($0.value.feedback)" }.joined(separator: "\n")
        var failure: String?
        if let score = result.score, let before, score < before {
            failure = "scores \(Amounts.decimal(score)), the seed \(Amounts.decimal(before)). \(told)"
        }
        return JUnitReport.Case(
            name: result.repetition > 0 ? "\(result.example.id) (repeat \(result.repetition))" : result.example.id,
            seconds: Double(result.duration ?? 0) / 1e9, error: result.score == nil ? "no score" : nil,
            failure: failure, output: result.score.map { "score \(Amounts.decimal($0))\n\(told)" } ?? told)
    }
}
