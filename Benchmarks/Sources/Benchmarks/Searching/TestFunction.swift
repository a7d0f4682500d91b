import Foundation
import Optrace

/// A function whose least value is known, as those who compare samplers use them.
struct TestFunction: Sendable {
    let name: String
    let parameters: [ParameterDefinition]
    /// The least value there is.
    let optimum: Double
    let value: @Sendable ([Double]) -> Double

    func value(of values: [String: Value]) -> Double {
        value(parameters.map { values[$0.name]?.number ?? .nan })
    }

    private static func number(_ name: String, _ range: ClosedRange<Double>) -> ParameterDefinition {
        ParameterDefinition(
            name, kind: .number, initial: .number(range.lowerBound), constraint: ParameterConstraint(range: range))
    }

    /// Two dimensions, three equal minima.
    static let branin = TestFunction(
        name: "branin", parameters: [number("x", -5...10), number("y", 0...15)], optimum: 0.39788735772973816
    ) { point in
        let (x, y) = (point[0], point[1])
        let curve = y - 5.1 / (4 * Double.pi * Double.pi) * x * x + 5 / Double.pi * x - 6
        return curve * curve + 10 * (1 - 1 / (8 * Double.pi)) * cos(x) + 10
    }

    /// Six dimensions, six minima of different depth.
    static let hartmann6 = TestFunction(
        name: "hartmann6", parameters: (0..<6).map { number("x\($0)", 0...1) }, optimum: -3.32236801141551
    ) { point in
        let steepness: [[Double]] = [
            [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
        ]
        let places = [
            [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
            [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
        ]
        var sum = 0.0
        for (well, depth) in [1.0, 1.2, 3.0, 3.2].enumerated() {
            var distance = 0.0
            for place in 0..<6 {
                let difference = point[place] - places[well][place]
                distance += steepness[well][place] * difference * difference
            }
            sum -= depth * exp(-distance)
        }
        return sum
    }
}
