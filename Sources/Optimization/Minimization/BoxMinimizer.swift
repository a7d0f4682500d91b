/// Finds a local minimum of a smooth function inside a box, by limited-memory BFGS with projected steps.
///
/// The two-loop recursion of Nocedal (1980) over the coordinates that are free to move, and backtracking along the
/// projected path until the decrease is a ten thousandth of what the gradient promises (Bertsekas 1976).
struct BoxMinimizer {
    /// A value with its gradient.
    typealias Function = (_ point: [Double]) -> (value: Double, gradient: [Double])

    /// The ends of every coordinate.
    let bounds: [ClosedRange<Double>]
    var iterations = 60
    /// It ends when no projected step of the gradient is longer than this.
    var tolerance = 1e-6
    /// Steps remembered.
    private let memory = 8

    init(_ bounds: [ClosedRange<Double>], iterations: Int = 60, tolerance: Double = 1e-6) {
        self.bounds = bounds
        self.iterations = iterations
        self.tolerance = tolerance
    }

    /// The point that was reached from `start`, and its value. Where the function is not finite is never gone to.
    func minimum(of function: Function, from start: [Double]) -> (point: [Double], value: Double) {
        var point = projected(start)
        var (value, gradient) = function(point)
        guard value.isFinite else { return (point, value) }
        var pairs: [Pair] = []
        for _ in 0..<iterations {
            let free = bounds.indices.filter { !isHeld($0, at: point, gradient) }
            guard free.contains(where: { abs(gradient[$0]) > tolerance }) else { break }
            var direction = descent(gradient, free: free, pairs)
            if slope(direction, gradient) >= 0 {
                pairs = []
                direction = descent(gradient, free: free, pairs)
            }
            guard let next = step(from: point, value, gradient, along: direction, function) else {
                if pairs.isEmpty { break }
                pairs = []
                continue
            }
            pairs = remembered(pairs, from: point, gradient, to: next)
            let gain = value - next.value
            (point, value, gradient) = (next.point, next.value, next.gradient)
            if gain <= 1e-12 * max(1, abs(value)) { break }
        }
        return (point, value)
    }

    private struct Pair {
        let move: [Double]
        let turn: [Double]
        let curvature: Double
    }

    private struct Reached {
        let point: [Double]
        let value: Double
        let gradient: [Double]
    }

    private func projected(_ point: [Double]) -> [Double] {
        zip(point, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
    }

    /// At a bound, with the gradient pointing out of the box.
    private func isHeld(_ place: Int, at point: [Double], _ gradient: [Double]) -> Bool {
        (point[place] <= bounds[place].lowerBound && gradient[place] > 0)
            || (point[place] >= bounds[place].upperBound && gradient[place] < 0)
    }

    private func slope(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for place in a.indices { sum += a[place] * b[place] }
        return sum
    }

    private func descent(_ gradient: [Double], free: [Int], _ pairs: [Pair]) -> [Double] {
        var direction = [Double](repeating: 0, count: gradient.count)
        for place in free { direction[place] = -gradient[place] }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = slope(pair.move, direction) / pair.curvature
            shares.append(share)
            for place in free { direction[place] -= share * pair.turn[place] }
        }
        if let last = pairs.last {
            let scale = last.curvature / slope(last.turn, last.turn)
            for place in free { direction[place] *= scale }
        } else {
            // The first step has no scale of its own: a tenth of the box at the most.
            let longest = free.map { abs(direction[$0]) / max(1e-12, width($0)) }.max() ?? 0
            if longest > 0.1 { for place in free { direction[place] *= 0.1 / longest } }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            let turn = slope(pair.turn, direction) / pair.curvature
            for place in free { direction[place] += (share - turn) * pair.move[place] }
        }
        return direction
    }

    private func width(_ place: Int) -> Double { bounds[place].upperBound - bounds[place].lowerBound }

    private func step(
        from point: [Double], _ value: Double, _ gradient: [Double], along direction: [Double], _ function: Function
    ) -> Reached? {
        var length = 1.0
        for _ in 0..<25 {
            let next = projected(zip(point, direction).map { $0 + length * $1 })
            let promised = slope(gradient, zip(next, point).map { $0 - $1 })
            guard promised < 0 else { return nil }
            let (reached, turned) = function(next)
            if reached.isFinite, reached <= value + 1e-4 * promised {
                return Reached(point: next, value: reached, gradient: turned)
            }
            length /= 2
        }
        return nil
    }

    private func remembered(
        _ pairs: [Pair], from point: [Double], _ gradient: [Double], to next: Reached
    ) -> [Pair] {
        let move = zip(next.point, point).map { $0 - $1 }
        let turn = zip(next.gradient, gradient).map { $0 - $1 }
        let curvature = slope(move, turn)
        guard curvature > 1e-12 * slope(turn, turn).squareRoot() * slope(move, move).squareRoot(), curvature > 0 else {
            return pairs
        }
        return pairs.suffix(memory - 1) + [Pair(move: move, turn: turn, curvature: curvature)]
    }
}
