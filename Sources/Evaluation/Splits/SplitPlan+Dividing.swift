import TraceGraph

extension SplitPlan {
    /// Examples that have to stay together.
    private struct Group {
        var members: [Int]
        let label: Int
    }

    /// `examples` in parts of the given sizes, the last of which is not used.
    func divided(_ examples: [Example], into sizes: [Int]) -> Split {
        let groups = grouped(examples)
        let labelCount = (groups.map(\.label).max() ?? 0) + 1
        var labelSizes = [Int](repeating: 0, count: labelCount)
        for group in groups { labelSizes[group.label] += group.members.count }
        // What each part still lacks of each label to have its fair share of it.
        var need = sizes.map { size in
            labelSizes.map { Double($0) * Double(size) / Double(max(1, examples.count)) }
        }
        var room = sizes
        var partOfExample = [Int](repeating: sizes.count - 1, count: examples.count)
        var isInexact = false

        var generator = SeededGenerator(seed: seed).stream("split")
        let shuffled = generator.shuffled(groups)
        // Large groups first, while there is room for them; a stable order, so that the shuffle decides among equals.
        let ordered = shuffled.enumerated().sorted {
            ($1.element.members.count, $0.offset) < ($0.element.members.count, $1.offset)
        }
        for (_, group) in ordered {
            let size = group.members.count
            let fitting = sizes.indices.filter { room[$0] >= size }
            if fitting.isEmpty { isInexact = true }
            let eligible = fitting.isEmpty ? sizes.indices.filter { room[$0] > 0 } : fitting
            guard let part = neediest(of: eligible, label: group.label, need: need, room: room, generator: &generator)
            else { continue }
            room[part] -= size
            need[part][group.label] -= Double(size)
            for member in group.members { partOfExample[member] = part }
        }

        var split = Split()
        for (place, part) in SplitPart.allCases.enumerated() {
            split[part] = examples.indices.filter { partOfExample[$0] == place }.map { examples[$0].id }
        }
        if isInexact {
            let got = SplitPart.allCases.map { "\(split[$0].count)" }.joined(separator: "/")
            let asked = sizes.dropLast().map(String.init).joined(separator: "/")
            split.remarks.append(
                "examples with the same input were kept together, so the parts have \(got) examples instead of \(asked)"
            )
        }
        return split
    }

    /// The part that lacks most of `label`, the one with the most room among equals, chance among those.
    private func neediest(
        of parts: [Int], label: Int, need: [[Double]], room: [Int], generator: inout SeededGenerator
    ) -> Int? {
        let most = parts.map { need[$0][label] }.max() ?? 0
        let neediest = parts.filter { need[$0][label] > most - 1e-9 }
        let roomiest = neediest.map { room[$0] }.max() ?? 0
        return generator.pick(from: neediest.filter { room[$0] == roomiest })
    }

    private func grouped(_ examples: [Example]) -> [Group] {
        let values = examples.map { example in expected.flatMap { example.fields[$0] } ?? .null }
        var labelPlaces: [Value: Int] = [:]
        if let labels = LabelSet(of: values) {
            for (place, label) in labels.labels.enumerated() { labelPlaces[label] = place }
        }
        var groups: [Group] = []
        var placeOfKey: [String: Int] = [:]
        for (place, example) in examples.enumerated() {
            let key = inputKey(of: example)
            if let group = placeOfKey[key] {
                groups[group].members.append(place)
            } else {
                placeOfKey[key] = groups.count
                groups.append(Group(members: [place], label: labelPlaces[values[place]] ?? 0))
            }
        }
        return groups
    }
}
