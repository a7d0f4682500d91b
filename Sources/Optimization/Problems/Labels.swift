import TraceGraph

/// Names for the lines of a problem as a program could write them, all different: the base alone where that is clear,
/// else with a number.
struct Labels {
    /// By line.
    private(set) var names: [String]

    /// - Parameter taken: The names of the variables, which they keep.
    init(_ lines: LineTable, _ graphs: [SeenGraph], _ lexicon: Lexicon, taken variables: Set<String>) {
        let words = lexicon.words
        // Equal bases are equal words; so are equal names, as far as the bases are names already, as most are.
        var counts = [Int32](repeating: 0, count: words.count)
        let bases = lines.entries.map { entry in
            let base = Int(graphs[entry.graph].bases[entry.place])
            counts[base] += 1
            return base
        }
        let own = counts
        var identifiers: [Int: String] = [:]
        for base in own.indices where own[base] > 0 {
            let identifier = Trace.identifier(words[base])
            guard identifier != words[base] else { continue }
            identifiers[base] = identifier
            if let other = lexicon.known(identifier) { counts[Int(other)] += 1 }
        }
        for name in variables {
            if let word = lexicon.known(name) { counts[Int(word)] += 1 }
        }
        names = bases.map { words[$0] }
        let open = names.indices.filter { counts[bases[$0]] > 1 || identifiers[bases[$0]] != nil }
        guard !open.isEmpty else { return }

        var taken = variables
        /// Takes a name that is nobody's yet.
        func take(_ name: String) -> Bool {
            if let word = lexicon.known(name).map(Int.init), own[word] == 1, counts[word] == 1, identifiers[word] == nil
            {
                return false
            }
            return taken.insert(name).inserted
        }
        var repeats: [String: Int] = [:]
        for line in open { repeats[identifiers[bases[line]] ?? names[line], default: 0] += 1 }
        var ordinals: [String: Int] = [:]
        for line in open {
            let base = identifiers[bases[line]] ?? names[line]
            if repeats[base] == 1, take(base) {
                names[line] = base
                continue
            }
            var ordinal = ordinals[base, default: 0]
            repeat { ordinal += 1 } while !take("\(base)_\(ordinal)")
            ordinals[base] = ordinal
            names[line] = "\(base)_\(ordinal)"
        }
    }
}
