import Evaluation
import Foundation
import TraceGraph

/// Draws values of parameters, near a present one or from all there are.
struct RandomSampler {
    let options: RandomSearch.Options
    /// Train examples to draw demonstrations from.
    let examples: [Value]

    /// One parameter near its value, or each of a random half of them anew; values that stay the same left out.
    mutating func changes(
        _ intent: Proposal.Intent, of variables: [ParameterDefinition], from parent: Candidate,
        _ random: inout SeededGenerator
    ) -> [String: Value] {
        var chosen: [ParameterDefinition]
        switch intent {
        case .refine: chosen = random.sample(1, from: variables)
        case .diverge: chosen = random.sample(1 + random.index(below: variables.count), from: variables)
        }
        chosen.sort { $0.name < $1.name }
        var changes: [String: Value] = [:]
        for variable in chosen {
            let present = parent[variable.name] ?? variable.initial
            let drawn = intent == .refine ? near(present, variable, &random) : anew(variable, &random)
            guard let value = try? variable.checked(drawn), value != present else { continue }
            changes[variable.name] = value
        }
        return changes
    }

    // MARK: Near

    private func near(
        _ present: Value, _ variable: ParameterDefinition, _ random: inout SeededGenerator
    ) -> Value {
        switch variable.kind {
        case .number: return .number(near(present.number ?? 0, variable.constraint, &random))
        case .integer:
            let number = present.number ?? 0
            let moved = near(number, variable.constraint, &random).rounded()
            // At least one whole step, in a random direction where rounding took it away.
            let step = moved == number ? number + (random.chance(0.5) ? 1 : -1) : moved
            return Self.integer(step, variable.constraint.range)
        case .choice: return neighbour(of: present, among: variable.constraint.options, &random)
        case .flag: return .flag(!(present.flag ?? false))
        case .examples: return neighbour(of: present.list ?? [], variable.constraint, &random)
        case .text, .code: return present
        }
    }

    private func near(_ present: Double, _ constraint: ParameterConstraint, _ random: inout SeededGenerator) -> Double {
        let step = options.step * random.normal()
        guard let range = constraint.range else { return present + step * max(1, abs(present)) }
        if constraint.isLogarithmic, range.lowerBound > 0, present > 0 {
            let span = log(range.upperBound) - log(range.lowerBound)
            return Self.clamped(exp(log(present) + step * span), range)
        }
        return Self.clamped(present + step * (range.upperBound - range.lowerBound), range)
    }

    /// Options of numbers are ordered: the next one up or down. Any other option is as near as another.
    private func neighbour(of present: Value, among options: [Value], _ random: inout SeededGenerator) -> Value {
        guard let place = options.firstIndex(of: present), options.allSatisfy({ $0.number != nil }) else {
            return random.pick(from: options.filter { $0 != present }) ?? present
        }
        let next = [place - 1, place + 1].filter(options.indices.contains)
        return random.pick(from: next).map { options[$0] } ?? present
    }

    /// One demonstration more, less, or another.
    private func neighbour(
        of present: [Value], _ constraint: ParameterConstraint, _ random: inout SeededGenerator
    ) -> Value {
        var demonstrations = present
        let most = constraint.maximumCount ?? max(4, present.count)
        let others = examples.filter { !present.contains($0) }
        let move = random.index(below: 3)
        if move == 0, !demonstrations.isEmpty {
            demonstrations.remove(at: random.index(below: demonstrations.count))
        } else if let other = random.pick(from: others) {
            if move == 1 || demonstrations.isEmpty, demonstrations.count < most {
                demonstrations.append(other)
            } else if !demonstrations.isEmpty {
                demonstrations[random.index(below: demonstrations.count)] = other
            }
        }
        return .list(demonstrations)
    }

    // MARK: Anew

    private func anew(_ variable: ParameterDefinition, _ random: inout SeededGenerator) -> Value {
        let constraint = variable.constraint
        switch variable.kind {
        case .number: return .number(anew(around: variable.initial.number ?? 0, constraint, &random))
        case .integer:
            return Self.integer(
                anew(around: variable.initial.number ?? 0, constraint, &random).rounded(), constraint.range)
        case .choice: return random.pick(from: constraint.options) ?? variable.initial
        case .flag: return .flag(random.chance(0.5))
        case .examples:
            let most = min(constraint.maximumCount ?? 4, examples.count)
            return .list(random.sample(random.index(below: most + 1), from: examples))
        case .text, .code: return variable.initial
        }
    }

    /// Within the range; without one, as far from the initial value as that is from 0, on either side.
    private func anew(around initial: Double, _ constraint: ParameterConstraint, _ random: inout SeededGenerator)
        -> Double
    {
        guard let range = constraint.range else { return initial + max(1, abs(initial)) * random.normal() }
        if constraint.isLogarithmic, range.lowerBound > 0 {
            return Self.clamped(
                exp(random.uniform(in: log(range.lowerBound)...log(range.upperBound))), range)
        }
        return random.uniform(in: range)
    }

    private static func integer(_ number: Double, _ range: ClosedRange<Double>?) -> Value {
        var number = number
        if let range {
            let (least, most) = (range.lowerBound.rounded(.up), range.upperBound.rounded(.down))
            if least <= most { number = clamped(number, least...most) }
        }
        return .integer(Int(exactly: number) ?? 0)
    }

    private static func clamped(_ number: Double, _ range: ClosedRange<Double>) -> Double {
        min(max(number, range.lowerBound), range.upperBound)
    }
}
