extension Trace {
    /// Names for `nodes` as a program could write them, all different: the base alone where that is clear, else the
    /// base with the ordinal. A parameter always keeps its own name.
    ///
    /// - Complexity: O(number of nodes given).
    public func displayNames(of nodes: [NodeID]) -> [NodeID: String] {
        var names: [NodeID: String] = [:]
        var taken: Set<String> = []
        for id in nodes {
            guard let parameter = self[id].parameter else { continue }
            names[id] = parameter.name
            taken.insert(parameter.name)
        }
        var counts: [String: Int] = [:]
        for id in nodes where names[id] == nil { counts[Self.identifier(self[id].base), default: 0] += 1 }
        for id in nodes where names[id] == nil {
            let base = Self.identifier(self[id].base)
            if counts[base] == 1, taken.insert(base).inserted { names[id] = base }
        }
        for id in nodes where names[id] == nil {
            let base = Self.identifier(self[id].base)
            var ordinal = self[id].ordinal
            while !taken.insert("\(base)_\(ordinal)").inserted { ordinal += 1 }
            names[id] = "\(base)_\(ordinal)"
        }
        return names
    }

    /// `base` as a program could write it: letters, digits and `_`, not beginning with a digit.
    public static func identifier(_ base: String) -> String {
        if isIdentifier(base) { return base }
        var text = base.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" }
        if text.first?.isNumber ?? true { text.insert("_", at: 0) }
        return String(text)
    }

    /// Whether `base` is an identifier of ASCII signs alone, as most are.
    private static func isIdentifier(_ base: String) -> Bool {
        guard let first = base.utf8.first, first < UInt8(ascii: "0") || first > UInt8(ascii: "9") else { return false }
        return base.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
