import TraceGraph

/// Names for the lines of a problem as a program could write them, all different: the base alone where that is clear,
/// else with a number.
struct Labels {
    /// By line.
    private(set) var names: [String]

    /// - Parameter taken: The names of the variables, which they keep.
    init(_ lines: LineTable, _ graphs: [SeenGraph], _ lexicon: Lexicon, taken variables: Set<String>) {
        var identifiers = [String?](repeating: nil, count: lexicon.words.count)
        names = lines.entries.map { entry in
            let base = Int(graphs[entry.graph].bases[entry.place])
            if let identifier = identifiers[base] { return identifier }
            let identifier = Trace.identifier(lexicon.words[base])
            identifiers[base] = identifier
            return identifier
        }
        var counts: [String: Int] = [:]
        for name in names { counts[name, default: 0] += 1 }
        var taken = variables
        var isNamed = [Bool](repeating: false, count: names.count)
        for (line, name) in names.enumerated() where counts[name] == 1 && taken.insert(name).inserted {
            isNamed[line] = true
        }
        var ordinals: [String: Int] = [:]
        for (line, base) in names.enumerated() where !isNamed[line] {
            var ordinal = ordinals[base, default: 0]
            repeat { ordinal += 1 } while !taken.insert("\(base)_\(ordinal)").inserted
            ordinals[base] = ordinal
            names[line] = "\(base)_\(ordinal)"
        }
    }
}
