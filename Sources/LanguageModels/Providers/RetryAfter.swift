import HTTPTypes

/// How long a server asks to wait (RFC 9110 §10.2.3, and the `retry-after-ms` some providers add).
enum RetryAfter {
    /// Seconds; nil when the answer does not say.
    ///
    /// - Parameter now: Seconds since 1970, used for dates when the server does not give its own time.
    static func seconds(in fields: HTTPFields, now: Int) -> Double? {
        if let name = HTTPField.Name("retry-after-ms"), let milliseconds = number(fields[name]) {
            return milliseconds / 1000
        }
        guard let name = HTTPField.Name("retry-after"), let text = fields[name] else { return nil }
        if let seconds = number(text) { return seconds }
        guard let moment = secondsSince1970(httpDate: text) else { return nil }
        let here = HTTPField.Name("date").flatMap { fields[$0] }.flatMap { secondsSince1970(httpDate: $0) } ?? now
        return Double(max(0, moment - here))
    }

    private static func number(_ text: String?) -> Double? {
        guard let text, let number = Double(text), number.isFinite else { return nil }
        return max(0, number)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Reads the three forms of an HTTP date (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
    /// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    static func secondsSince1970(httpDate text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        let time = words.first { $0.contains(":") }?.split(separator: ":", omittingEmptySubsequences: false)
            .map { Int($0) }
        let numbers = words.compactMap { UInt16($0).map(Int.init) }
        guard let time, time.count == 3, let hour = time[0], let minute = time[1], let second = time[2],
            let month = words.firstNonNil({ months.firstIndex(of: $0.lowercased()) }), numbers.count == 2,
            (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second), (1...31).contains(numbers[0])
        else { return nil }
        let year = numbers[1] < 70 ? 2000 + numbers[1] : numbers[1] < 100 ? 1900 + numbers[1] : numbers[1]
        return days(year, month + 1, numbers[0]) * 86400 + hour * 3600 + minute * 60 + second
    }

    /// Days since 1970-01-01 of a Gregorian date, years counted from March so that leap days come last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}

extension Sequence {
    fileprivate func firstNonNil<Result>(_ transform: (Element) -> Result?) -> Result? {
        for element in self {
            if let result = transform(element) { return result }
        }
        return nil
    }
}
