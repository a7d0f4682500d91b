import Testing

@testable import Optimization

/// A rendered problem taken apart again, the way a reader has to: by titles, labels and fences alone.
struct RenderedReading {
    struct Entry: Equatable {
        /// The number in brackets; 0 without one.
        var run = 0
        var label: String
        var value: String
        var isRemark: Bool
    }

    enum Line: Equatable {
        case entry(Entry)
        /// `… 12 more values left out`, with the number of its run.
        case mark(run: Int, count: Int)
        /// Anything else.
        case text(String)
    }

    private(set) var titles: [String] = []
    private(set) var sections: [String: [Line]] = [:]

    init(_ rendered: RenderedProblem) {
        // By bytes: a carriage return at the end of a value and the line feed after it are one character to Swift.
        var lines = rendered.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }[...]
        if lines.last == "" { lines.removeLast() }
        var title = ""
        while let line = lines.popFirst() {
            if line.hasPrefix("# ") {
                title = String(line.dropFirst(2))
                titles.append(title)
                continue
            }
            if line.isEmpty { continue }
            var fenced: String?
            if line.hasSuffix("=") || line.hasSuffix(":"), lines.first == rendered.fence {
                lines.removeFirst()
                var content: [String] = []
                while let next = lines.popFirst(), next != rendered.fence { content.append(next) }
                fenced = content.joined(separator: "\n")
            }
            sections[title, default: []].append(Self.line(line, fenced))
        }
    }

    func entries(_ title: String) -> [Entry] {
        (sections[title] ?? []).compactMap { if case .entry(let entry) = $0 { entry } else { nil } }
    }

    func marks(_ title: String) -> [(run: Int, count: Int)] {
        (sections[title] ?? []).compactMap { if case .mark(let run, let count) = $0 { (run, count) } else { nil } }
    }

    private static func line(_ line: String, _ fenced: String?) -> Line {
        var rest = Substring(line)
        var run = 0
        if rest.first == "[", let end = rest.firstIndex(of: "]"), let number = Int(rest.dropFirst().prefix(upTo: end)) {
            run = number
            rest = rest[end...].dropFirst(2)
        }
        if rest.hasPrefix("… "), rest.hasSuffix(" left out") {
            return .mark(run: run, count: Int(rest.dropFirst(2).prefix { $0 != " " }.filter { $0 != "," }) ?? -1)
        }
        if let fenced {
            let isRemark = rest.last == ":"
            return .entry(
                Entry(run: run, label: String(rest.dropLast(isRemark ? 1 : 2)), value: fenced, isRemark: isRemark))
        }
        let value = rest.firstRange(of: " = ")
        let remark = rest.firstRange(of: ": ")
        if let value, remark.map({ value.lowerBound < $0.lowerBound }) ?? true {
            let text = String(rest[value.upperBound...])
            return .entry(
                Entry(
                    run: run, label: String(rest[..<value.lowerBound]), value: text == "\"\"" ? "" : text,
                    isRemark: false))
        }
        if let remark {
            return .entry(
                Entry(
                    run: run, label: String(rest[..<remark.lowerBound]), value: String(rest[remark.upperBound...]),
                    isRemark: true))
        }
        return .text(line)
    }
}

extension RenderedReading {
    /// How many characters the marks say are missing; nil when they are not.
    ///
    /// A value may hold texts that look like marks: there must be one or two among them that explain the whole value,
    /// two where the line that is pointed at stands between them.
    static func missingCharacters(_ shown: String, of whole: String) -> Int? {
        // The end of one that was part of the value may be the beginning of the next.
        let marks = shown.matches(of: /… ([\d,]+) characters left out(?= …)/).map { match in
            let end = shown.index(match.range.upperBound, offsetBy: 2)
            return (range: match.range.lowerBound..<end, count: Int(match.1.filter { $0 != "," }) ?? -1)
        }
        let (shownScalars, wholeScalars) = (Array(shown.unicodeScalars), Array(whole.unicodeScalars))
        func offset(_ index: String.Index) -> Int {
            shown.unicodeScalars.distance(from: shown.startIndex, to: index)
        }
        for (index, first) in marks.enumerated() {
            let head = shownScalars.prefix(offset(first.range.lowerBound))
            let tail = shownScalars.dropFirst(offset(first.range.upperBound))
            // Around a line that is pointed at, marks stand on lines of their own.
            if tail.isEmpty, head.count - 1 + first.count == wholeScalars.count,
                wholeScalars.starts(with: head.dropLast())
            {
                return first.count
            }
            guard wholeScalars.starts(with: head) else { continue }
            for tail in [tail, tail.dropFirst()] where head.count + first.count + tail.count == wholeScalars.count {
                if wholeScalars.suffix(tail.count) == tail { return first.count }
            }
            for second in marks.dropFirst(index + 1) where second.range.lowerBound >= first.range.upperBound {
                let window = shownScalars[offset(first.range.upperBound)..<offset(second.range.lowerBound)]
                let inner = window.dropFirst().dropLast()
                let end = head.count + first.count + inner.count
                guard end + second.count == wholeScalars.count else { continue }
                if wholeScalars[(head.count + first.count)..<end] == inner { return first.count + second.count }
            }
        }
        return nil
    }
}
