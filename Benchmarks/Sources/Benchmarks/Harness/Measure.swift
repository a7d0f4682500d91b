import Optrace

/// One number that was measured.
struct Measure {
    /// After the row of the design it belongs to: `record.operation`.
    var name: String
    /// What it was measured on: `chain`.
    var shape: String
    /// How many nodes, calls or lookups.
    var size: Int
    var value: Double
    var unit: String
    /// What the design wants; nil when it only informs.
    var reach: Double?
    /// Whatever else belongs to it.
    var details: Fields = [:]

    /// In one line.
    var json: String {
        var fields: Fields = [
            "measure": .text(name), "shape": .text(shape), "size": .integer(size),
            "value": .number(Self.rounded(value)), "unit": .text(unit),
        ]
        fields["reach"] = reach.map(Value.number)
        for (name, value) in details { fields[name] = value }
        return Value.object(fields).json
    }

    /// To four significant digits.
    static func rounded(_ number: Double) -> Double {
        guard number.isFinite, number != 0 else { return number }
        var scale = 1.0
        while abs(number) * scale < 1000 { scale *= 10 }
        return (number * scale).rounded() / scale
    }
}
