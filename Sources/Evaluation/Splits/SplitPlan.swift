import TraceGraph

/// How a dataset is to be divided.
///
/// Examples with the same input always go to the same part: otherwise an answer seen in training would be asked for on
/// the hold-out. Sizes are met exactly unless such groups make that impossible, which the split then remarks.
public struct SplitPlan: Sendable, Hashable, Codable {
    /// How large the parts are.
    public enum Sizes: Sendable, Hashable, Codable {
        /// Shares of all examples, adding up to at most 1; what is left over is not used. Rounded by largest
        /// remainders.
        case fractions(train: Double, validation: Double, holdout: Double)
        /// Numbers of examples; what is left over is not used.
        case counts(train: Int, validation: Int, holdout: Int)
        /// As the examples' field of this name says: `train`, `validation` or `holdout`.
        case column(String)
    }

    /// How large the parts are.
    public var sizes: Sizes
    /// Decides, with the examples, who goes where.
    public var seed: UInt64
    /// The fields that make up an input; nil for all but ``expected`` and the split column.
    public var inputs: [String]?
    /// The field with the expected value. When it holds labels, each part gets its share of every label.
    public var expected: String?

    public init(
        _ sizes: Sizes = .fractions(train: 0.5, validation: 0.25, holdout: 0.25), seed: UInt64 = 0,
        inputs: [String]? = nil, expected: String? = "expected"
    ) {
        self.sizes = sizes
        self.seed = seed
        self.inputs = inputs
        self.expected = expected
    }

    /// Divides `examples`. The same plan and examples give the same split, on every machine.
    ///
    /// - Throws: ``SplitError``.
    /// - Complexity: O(n log n).
    public func split(_ examples: [Example]) throws(SplitError) -> Split {
        switch sizes {
        case .column(let column):
            return try given(examples, by: column)
        case .fractions(let train, let validation, let holdout):
            let fractions = [train, validation, holdout]
            let total = fractions.reduce(0, +)
            guard fractions.allSatisfy({ $0 >= 0 && $0.isFinite }), total > 0, total <= 1 + 1e-9 else {
                throw SplitError(
                    .impossibleSizes,
                    "the split fractions \(fractions) are impossible; expected none below 0 and a sum of at most 1")
            }
            let rest = max(0, 1 - total)
            return divided(examples, into: Self.apportioned(examples.count, by: fractions + [rest < 1e-9 ? 0 : rest]))
        case .counts(let train, let validation, let holdout):
            let counts = [train, validation, holdout]
            guard counts.allSatisfy({ $0 >= 0 }) else {
                throw SplitError(.impossibleSizes, "the split counts \(counts) are impossible; expected none below 0")
            }
            let total = counts.reduce(0, +)
            guard total <= examples.count else {
                throw SplitError(
                    .tooFewExamples,
                    "the split asks for \(total) examples and there are \(examples.count); ask for fewer or add data")
            }
            return divided(examples, into: counts + [examples.count - total])
        }
    }

    /// `count` divided by `shares`, exactly, by largest remainders; equal remainders favour the earlier share.
    static func apportioned(_ count: Int, by shares: [Double]) -> [Int] {
        let total = shares.reduce(0, +)
        let exact = shares.map { $0 / total * Double(count) }
        // A share such as 0.1 + 0.2 may fall a rounding error short of a whole number.
        var counts = exact.map { Int(($0 + 1e-9).rounded(.down)) }
        let order = shares.indices.sorted { a, b in
            let first = exact[a] - Double(counts[a])
            let second = exact[b] - Double(counts[b])
            return abs(first - second) > 1e-9 ? first > second : a < b
        }
        var left = count - counts.reduce(0, +)
        for place in order where left > 0 {
            counts[place] += 1
            left -= 1
        }
        return counts
    }

    /// What examples with the same input have in common.
    func inputKey(of example: Example) -> String {
        var fields = Fields()
        if let inputs {
            for name in inputs { fields[name] = example.fields[name] }
        } else {
            fields = example.fields
            fields["id"] = nil
            if let expected { fields[expected] = nil }
            if case .column(let column) = sizes { fields[column] = nil }
        }
        // Without any input field there is nothing by which two examples could be the same.
        return fields.isEmpty ? "id:" + example.id : Value.object(fields).canonicalJSON
    }

    private func given(_ examples: [Example], by column: String) throws(SplitError) -> Split {
        var split = Split()
        var unknown: [String] = []
        var lacking: [String] = []
        var partsOfInputs: [String: Set<SplitPart>] = [:]
        for example in examples {
            let place = example.line.map { "line \($0)" } ?? example.id
            guard let word = example.fields[column]?.plainText else {
                lacking.append(place)
                continue
            }
            guard let part = SplitPart(word: word) else {
                unknown.append("\(place): '\(word)'")
                continue
            }
            split[part].append(example.id)
            partsOfInputs[inputKey(of: example), default: []].insert(part)
        }
        guard lacking.isEmpty else {
            throw SplitError(.missingColumn, "no field '\(column)' in \(Self.listed(lacking))")
        }
        guard unknown.isEmpty else {
            throw SplitError(
                .unknownPart,
                "unknown split in \(Self.listed(unknown)); expected train, validation or holdout")
        }
        let straddling = partsOfInputs.values.filter { $0.count > 1 }.count
        if straddling > 0 {
            split.remarks.append(
                "leak: \(straddling) input\(straddling == 1 ? " is" : "s are") in more than one part of the split")
        }
        return split
    }

    private static func listed(_ places: [String]) -> String {
        let shown = places.prefix(10).joined(separator: ", ")
        return places.count > 10 ? "\(shown) and \(places.count - 10) more" : shown
    }
}
