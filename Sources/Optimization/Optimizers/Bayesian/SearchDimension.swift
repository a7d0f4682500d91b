import Evaluation
import Foundation
import TraceGraph

/// One parameter as a coordinate: from 0 to 1 where its values have an order, the place of an option where they have none.
enum SearchDimension: Sendable, Hashable {
    case number(ClosedRange<Double>, isLogarithmic: Bool)
    case whole(ClosedRange<Int>, isLogarithmic: Bool)
    /// Options in their order.
    case levels([Value])
    /// Options without an order.
    case options([Value])

    /// Nil for kinds that have no coordinates.
    ///
    /// A number without a range is looked for as far from its initial value as twice that value, and at least 2, on
    /// either side.
    init?(_ definition: ParameterDefinition) {
        let constraint = definition.constraint
        let initial = definition.initial.number ?? 0
        let reach = 2 * max(1, abs(initial))
        let range = constraint.range ?? (initial - reach)...(initial + reach)
        let isLogarithmic = constraint.isLogarithmic && range.lowerBound > 0
        switch definition.kind {
        case .number: self = .number(range, isLogarithmic: isLogarithmic)
        case .integer:
            let limit = 0x1p53
            let least = min(max(range.lowerBound.rounded(.up), -limit), limit)
            let most = max(least, min(range.upperBound.rounded(.down), limit))
            self = .whole(Int(least)...Int(most), isLogarithmic: isLogarithmic)
        case .choice:
            let numbers = constraint.options.compactMap(\.number)
            guard !constraint.options.isEmpty else { return nil }
            guard numbers.count == constraint.options.count, numbers.count > 2 else {
                self = .options(constraint.options)
                return
            }
            self = .levels(constraint.options.sorted { ($0.number ?? 0) < ($1.number ?? 0) })
        case .flag: self = .options([false, true])
        case .text, .code, .examples: return nil
        }
    }

    /// Whether coordinates only name options.
    var isOption: Bool {
        if case .options = self { true } else { false }
    }

    /// How many values there are; nil for more than can be counted.
    var count: Int? {
        switch self {
        case .number(let range, _): range.lowerBound == range.upperBound ? 1 : nil
        case .whole(let range, _): range.upperBound - range.lowerBound + 1
        case .levels(let values), .options(let values): values.count
        }
    }

    /// The coordinate of every value, in their order; empty where they cannot be counted.
    ///
    /// Equal steps would not do: on a logarithmic scale they pass over the larger whole numbers.
    var allCoordinates: [Double] {
        switch self {
        case .number(let range, _): count == nil ? [] : [coordinate(of: .number(range.lowerBound))]
        case .whole(let range, _): range.map { coordinate(of: .integer($0)) }
        case .levels(let values), .options(let values): values.map(coordinate)
        }
    }

    /// The coordinate of `value`; the middle for a value that is none of this parameter's.
    func coordinate(of value: Value) -> Double {
        switch self {
        case .number(let range, let isLogarithmic):
            return Self.share(of: value.number, in: range, isLogarithmic)
        case .whole(let range, let isLogarithmic):
            return Self.share(
                of: value.number, in: Double(range.lowerBound)...Double(range.upperBound), isLogarithmic)
        case .levels(let values):
            return Double(values.firstIndex(of: value) ?? values.count / 2) / Double(max(1, values.count - 1))
        case .options(let values):
            return Double(values.firstIndex(of: value) ?? 0)
        }
    }

    /// The value nearest to `coordinate`.
    func value(at coordinate: Double) -> Value {
        switch self {
        case .number(let range, let isLogarithmic):
            return .number(Self.number(at: coordinate, in: range, isLogarithmic))
        case .whole(let range, let isLogarithmic):
            let number = Self.number(
                at: coordinate, in: Double(range.lowerBound)...Double(range.upperBound), isLogarithmic)
            return .integer(min(max(Int(number.rounded()), range.lowerBound), range.upperBound))
        case .levels(let values): return values[Self.place(coordinate * Double(values.count - 1), below: values.count)]
        case .options(let values): return values[Self.place(coordinate, below: values.count)]
        }
    }

    /// The coordinate of the value nearest to `coordinate`.
    func snapped(_ coordinate: Double) -> Double {
        count == nil ? min(max(coordinate, 0), 1) : self.coordinate(of: value(at: coordinate))
    }

    /// A coordinate at random: every value as likely, a logarithm where those count.
    func drawn(_ random: inout SeededGenerator) -> Double { at(random.uniform()) }

    /// The coordinate at a share of all values, from 0 up to 1.
    func at(_ share: Double) -> Double {
        switch self {
        case .options(let values):
            Double(Self.place((share * Double(values.count)).rounded(.down), below: values.count))
        default: snapped(share)
        }
    }

    /// The coordinates of the values next to that of `coordinate`; of options all others. Nothing for numbers.
    func neighbours(of coordinate: Double) -> [Double] {
        switch self {
        case .number: return []
        case .whole(let range, _):
            let value = value(at: coordinate).integer ?? range.lowerBound
            return [value - 1, value + 1].filter(range.contains).map { self.coordinate(of: .integer($0)) }
        case .levels(let values):
            let place = Self.place(coordinate * Double(values.count - 1), below: values.count)
            return [place - 1, place + 1].filter(values.indices.contains)
                .map { Double($0) / Double(max(1, values.count - 1)) }
        case .options(let values):
            return values.indices.map(Double.init).filter { $0 != coordinate }
        }
    }

    private static func place(_ coordinate: Double, below count: Int) -> Int {
        min(max(Int(coordinate.rounded()), 0), count - 1)
    }

    private static func share(of number: Double?, in range: ClosedRange<Double>, _ isLogarithmic: Bool) -> Double {
        guard let number, range.lowerBound < range.upperBound else { return 0.5 }
        let clamped = min(max(number, range.lowerBound), range.upperBound)
        guard isLogarithmic else {
            // Halves, so that the widest ranges have a length.
            return (clamped / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
        }
        return log(clamped / range.lowerBound) / log(range.upperBound / range.lowerBound)
    }

    private static func number(at share: Double, in range: ClosedRange<Double>, _ isLogarithmic: Bool) -> Double {
        let share = min(max(share, 0), 1)
        let number =
            isLogarithmic
            ? range.lowerBound * exp(share * log(range.upperBound / range.lowerBound))
            : range.lowerBound * (1 - share) + range.upperBound * share
        return min(max(number, range.lowerBound), range.upperBound)
    }
}
