/// How far two rankings of the same things agree: 1 for the same order, −1 for the opposite one (Kendall 1938).
public enum KendallTau {
    /// τ-b, which minds ties; nil for fewer than two pairs and where one side is all ties.
    ///
    /// - Complexity: O(n²).
    public static func value(_ pairs: [(Double, Double)]) -> Double? {
        var (agreeing, opposed, first, second) = (0.0, 0.0, 0.0, 0.0)
        for (place, a) in pairs.enumerated() {
            for b in pairs.dropFirst(place + 1) {
                let (x, y) = (a.0 - b.0, a.1 - b.1)
                if x != 0 { first += 1 }
                if y != 0 { second += 1 }
                if x * y > 0 { agreeing += 1 } else if x * y < 0 { opposed += 1 }
            }
        }
        guard first > 0, second > 0 else { return nil }
        return (agreeing - opposed) / (first * second).squareRoot()
    }
}
