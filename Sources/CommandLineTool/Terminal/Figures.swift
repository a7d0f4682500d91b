import Interchange

/// Numbers as people read them.
enum Figures {
    /// With a fixed number of decimals, never in exponent form.
    static func decimal(_ number: Double, _ places: Int = 3) -> String {
        guard number.isFinite else { return number.isNaN ? "–" : number < 0 ? "−∞" : "∞" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(number) * scale).rounded()
        guard scaled < 1e15 else { return "\(number)" }
        let whole = Int(scaled)
        let sign = number < 0 && whole > 0 ? "-" : ""
        guard places > 0 else { return sign + grouped(whole) }
        let digits = String(whole % Int(scale))
        return "\(sign)\(whole / Int(scale))." + String(repeating: "0", count: places - digits.count) + digits
    }

    /// With its sign, also when it is positive.
    static func signed(_ number: Double, _ places: Int = 3) -> String {
        let text = decimal(number, places)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : "+" + text
    }

    /// 1234567 as 1,234,567.
    static func grouped(_ number: Int) -> String { Amounts.grouped(number) }

    /// US dollars, with as many decimals as the amount deserves; unknown as `$?`.
    static func dollars(_ amount: Double?) -> String {
        guard let amount else { return "$?" }
        return "$" + decimal(amount, amount != 0 && abs(amount) < 0.01 ? 6 : 2)
    }

    /// Nanoseconds in the unit that fits.
    static func time(nanoseconds: Int64) -> String {
        let seconds = Double(nanoseconds) / 1e9
        return switch seconds {
        case ..<0.000_001: "\(nanoseconds) ns"
        case ..<0.001: decimal(seconds * 1e6, 0) + " µs"
        case ..<1: decimal(seconds * 1e3, seconds < 0.01 ? 1 : 0) + " ms"
        case ..<60: decimal(seconds, 1) + " s"
        default: clock(seconds)
        }
    }

    /// Seconds as `mm:ss` or `h:mm:ss`.
    static func clock(_ seconds: Double) -> String {
        let whole = seconds > 0 ? Int(min(seconds, 1e15)) : 0
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let (hours, rest) = (whole / 3600, whole % 3600)
        return (hours > 0 ? "\(hours):" : "") + "\(two(rest / 60)):\(two(rest % 60))"
    }

    /// Bytes in the unit that fits, powers of 1000.
    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1_000: "\(count) B"
        case ..<1_000_000: decimal(Double(count) / 1e3, 1) + " kB"
        case ..<1_000_000_000: decimal(Double(count) / 1e6, 1) + " MB"
        default: decimal(Double(count) / 1e9, 2) + " GB"
        }
    }

    /// `1 failure`, `2 failures`.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        Amounts.count(number, noun, plural)
    }
}
