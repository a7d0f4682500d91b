/// The order of lines that come from several traces: that of the first trace, with what the others have besides put in
/// right behind the line it followed there, and every line behind those it reads.
///
/// Traces may contradict each other (one makes `a` of `b`, another `b` of `a`); then what stands first stays first.
struct LineOrder {
    private var next: [Int32]
    private var isKnown: [Bool]
    private var reads: [[Int32]]
    private var pairs: Set<UInt64> = []
    private let count: Int

    /// - Parameter count: How many lines there are.
    init(lines count: Int) {
        self.count = count
        // The last one is the start.
        next = Array(repeating: -1, count: count + 1)
        isKnown = Array(repeating: false, count: count)
        reads = Array(repeating: [], count: count)
    }

    /// Adds one trace's lines in its order.
    ///
    /// - Parameter reads: Each line with one that its first occurrence in the trace reads; not needed when this is the
    ///   only trace, where what is read has come before.
    /// - Complexity: O(lines + reads).
    mutating func add(_ lines: [Int32], reads: [(line: Int32, source: Int32)] = []) {
        var last = count
        for line in lines {
            let place = Int(line)
            if !isKnown[place] {
                isKnown[place] = true
                next[place] = next[last]
                next[last] = line
            }
            last = place
        }
        for (line, source) in reads where pairs.insert(ShapeLoops.pair(line, source)).inserted {
            self.reads[Int(line)].append(source)
        }
    }

    /// All lines in order.
    var all: [Int32] {
        var order: [Int32] = []
        var state = [UInt8](repeating: 0, count: count)
        var place = next[count]
        while place >= 0 {
            place = append(place, to: &order, &state)
        }
        return order
    }

    /// Adds `line` behind what it reads; returns the line after it.
    private func append(_ line: Int32, to order: inout [Int32], _ state: inout [UInt8]) -> Int32 {
        var path: [(line: Int32, read: Int)] = state[Int(line)] == 0 ? [(line, 0)] : []
        if !path.isEmpty { state[Int(line)] = 1 }
        while let (line, read) = path.last {
            let sources = reads[Int(line)]
            if read < sources.count {
                path[path.count - 1].read += 1
                let source = Int(sources[read])
                if state[source] == 0 {
                    state[source] = 1
                    path.append((sources[read], 0))
                }
            } else {
                path.removeLast()
                order.append(line)
            }
        }
        return next[Int(line)]
    }
}
