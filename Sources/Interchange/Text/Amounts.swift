public import TraceGraph

/// Numbers as the drawings and reports show them.
public enum Amounts {
    /// With a fixed number of decimals.
    public static func decimal(_ number: Double, _ places: Int = 3) -> String {
        guard number.isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(number) * scale).rounded()
        guard scaled < 1e15 else { return "\(number)" }
        let whole = Int(scaled)
        let sign = number < 0 && whole > 0 ? "-" : ""
        guard places > 0 else { return sign + "\(whole)" }
        let digits = String(whole % Int(scale))
        return "\(sign)\(whole / Int(scale))." + String(repeating: "0", count: places - digits.count) + digits
    }

    /// With its sign, also when it is positive.
    public static func signed(_ number: Double, _ places: Int = 3) -> String {
        let text = decimal(number, places)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : "+" + text
    }

    /// 1234567 as 1,234,567.
    public static func grouped(_ number: Int) -> String {
        var groups: [String] = []
        var digits = Substring(String(number.magnitude))
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits = digits.dropLast(3)
        }
        groups.insert(String(digits), at: 0)
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// `1 failure`, `2 failures`.
    public static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// US dollars; unknown as `$?`.
    public static func dollars(_ amount: Double?) -> String {
        guard let amount else { return "$?" }
        return "$" + decimal(amount, amount != 0 && abs(amount) < 0.01 ? 6 : 2)
    }

    /// Nanoseconds in the unit that fits.
    public static func time(nanoseconds: Int64) -> String {
        let seconds = Double(nanoseconds) / 1e9
        return switch seconds {
        case ..<0.000_001: "\(nanoseconds) ns"
        case ..<0.001: decimal(seconds * 1e6, 0) + " µs"
        case ..<1: decimal(seconds * 1e3, seconds < 0.01 ? 1 : 0) + " ms"
        case ..<60: decimal(seconds, 1) + " s"
        default: decimal(seconds / 60, 1) + " min"
        }
    }

    /// A value as a reader sees it: a text as it is, anything else as JSON.
    public static func text(of value: Value) -> String {
        switch value {
        case .text(let text): text
        case .bytes(let bytes): "\(bytes.count) bytes of binary data"
        case .opaque(let text): text
        default: value.json
        }
    }
}
