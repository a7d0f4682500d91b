/// The order of lines that come from several traces: that of the first trace, with what the others have besides put in
/// right behind the line it followed there.
struct LineOrder {
    private var next: [Int: Int] = [:]
    private static let start = -1

    /// Adds one trace's lines in its order.
    ///
    /// - Complexity: O(lines).
    mutating func add(_ lines: [Int]) {
        var last = Self.start
        for line in lines {
            if !known.insert(line).inserted {
                last = line
                continue
            }
            next[line] = next[last]
            next[last] = line
            last = line
        }
    }

    private var known: Set<Int> = []

    /// All lines in order.
    var all: [Int] {
        var lines: [Int] = []
        var place = next[Self.start]
        while let line = place {
            lines.append(line)
            place = next[line]
        }
        return lines
    }
}
