import Evaluation
import TraceGraph

/// A generated workflow of whole numbers in which one operation is wrong, and now and then another one too.
struct PlantedFault: Optimizable {
    private enum Step {
        case mix(Int, Int), largest(Int, Int), capped(Int), distance(Int, Int), shifted(Int)
    }

    private let steps: [Step]
    /// The operation that is wrong on two thirds of all numbers; nil for the workflow as it should be.
    let fault: Int?
    /// The share of numbers on which any other operation is wrong too.
    private let noise: Double

    var parameters: ParameterSpace { ParameterSpace([]) }

    /// - Parameter seed: Decides the graph and where its fault is.
    init(seed: UInt64, isRight: Bool, noise: Double = 0) {
        self.noise = noise
        var random = SeededGenerator(seed: seed)
        let count = 4 + random.index(below: 8)
        steps = (0..<count).map { index in
            // Sources are mostly near: the last value, or any earlier one.
            let a = random.chance(0.7) ? index : random.index(below: index + 1)
            let b = random.index(below: index + 1)
            switch random.index(below: 5) {
            case 0: return .largest(a, b)
            case 1: return .capped(a)
            case 2: return .distance(a, b)
            case 3: return .shifted(a)
            default: return .mix(a, b)
            }
        }
        let place = random.index(below: count)
        fault = isRight ? nil : place
    }

    static func name(_ place: Int) -> String { "step\(place)" }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let number = example["number"]?.integer ?? 0
            var values = [Traced(number, name: "number")]
            for (place, step) in steps.enumerated() {
                values.append(value(of: step, at: place, values, number))
            }
            return values[values.count - 1]
        }
    }

    private func value(of step: Step, at place: Int, _ values: [Traced<Int>], _ number: Int) -> Traced<Int> {
        let error = error(at: place, number)
        let name = Self.name(place)
        switch step {
        case .mix(let a, let b): return traced(name, values[a], values[b]) { ($0 * 3 + $1) % 31 + error }
        case .largest(let a, let b): return traced(name, values[a], values[b]) { max($0, $1) + error }
        case .capped(let a): return traced(name, values[a]) { min($0, 12) + error }
        case .distance(let a, let b): return traced(name, values[a], values[b]) { abs($0 - $1) + error }
        case .shifted(let a): return traced(name, values[a]) { $0 + 2 + error }
        }
    }

    private func error(at place: Int, _ number: Int) -> Int {
        guard let fault else { return 0 }
        if place == fault { return number % 3 == 0 ? 0 : 5 }
        var random = SeededGenerator(seed: UInt64(number * 100 + place))
        return random.chance(noise) ? 3 : 0
    }
}
