extension WorkflowReader {
    /// The steps in an order in which each comes after those it reads, otherwise as they were declared.
    ///
    /// Cycles are reported; the steps on them keep their place.
    func ordered(_ steps: [WorkflowStep]) -> [WorkflowStep] {
        let byName = Dictionary(steps.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var done: Set<String> = []
        var order: [WorkflowStep] = []
        var path: [String] = []
        var reported: Set<String> = []

        func visit(_ step: WorkflowStep) {
            guard !done.contains(step.name) else { return }
            if let start = path.firstIndex(of: step.name) {
                let cycle = Array(path[start...])
                guard reported.isDisjoint(with: cycle) else { return }
                reported.formUnion(cycle)
                error(
                    step.location,
                    "the steps \((cycle + [step.name]).joined(separator: " → ")) read each other; expected no step to need its own result"
                )
                return
            }
            path.append(step.name)
            for reference in step.references {
                if let needed = byName[reference.name] { visit(needed) }
            }
            path.removeLast()
            if done.insert(step.name).inserted { order.append(step) }
        }
        // Each visit goes as deep as the longest chain of steps, which a person wrote.
        for step in steps { visit(step) }
        return order
    }

    /// Warns of what is declared and never read.
    func warnOfUnused(_ document: [String: SourceNode.Entry]) {
        let parts: [(String, String, String)] = [
            ("inputs", "input", "no step reads it"), ("constants", "constant", "no step reads it"),
            ("parameters", "parameter", "no step reads it, so optimizing it changes nothing"),
            ("steps", "step", "nothing reads its result"),
        ]
        for (key, word, reason) in parts {
            guard let node = document[key]?.value, case .mapping(let entries) = node.content else { continue }
            for entry in entries where !used.contains(entry.key) {
                warning(entry.place, "unused \(word) '\(entry.key)': \(reason)")
            }
        }
    }
}
