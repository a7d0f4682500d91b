public import Evaluation
import TraceGraph

extension WorkflowFile {
    /// The examples the file names, with the fields it maps; for a task by itself as many answers, see ``isTaskByItself``.
    ///
    /// - Throws: ``WorkflowError/Code/noData`` when the file names none but reads inputs; `DatasetError` with all faults at once, among
    ///   them inputs of the wrong type; what reading the file throws.
    public func dataset(files: SourceFiles = .disk) throws -> Dataset {
        guard let data else {
            if isTaskByItself { return try generations() }
            throw WorkflowError(.noData, "\(path) names no data; add 'data' with a file of examples")
        }
        guard let contents = try files.contents(data.file) else {
            throw WorkflowError(.noData, "there is no file \(data.file)")
        }
        var mapping = Dictionary(data.map.map { ($0.name, $0.field) }, uniquingKeysWith: { _, last in last })
        if let id = data.id { mapping["id"] = id }
        let dataset = try Dataset(
            contents: contents, path: data.file, mapping: mapping, required: inputs.map(\.name))
        var faults: [DatasetError.Fault] = []
        for example in dataset.examples {
            for input in inputs {
                guard let value = example.fields[input.name], input.kind.converted(value) == nil else { continue }
                faults.append(
                    .init(
                        path: data.file, line: example.line ?? 1,
                        message: "'\(input.name)' is a \(value.kindName), expected \(input.kind.rawValue)"))
            }
        }
        guard faults.isEmpty else { throw DatasetError(faults) }
        return dataset
    }

    /// How the examples are divided; without `split` in the file: half for training, a quarter each for validation and
    /// hold-out.
    public var splitPlan: SplitPlan {
        let split = data?.split
        return SplitPlan(
            .fractions(
                train: split?.train ?? 0.5, validation: split?.validation ?? 0.25, holdout: split?.holdout ?? 0.25),
            seed: UInt64(max(0, split?.seed ?? 0)), inputs: isTaskByItself ? nil : inputs.map(\.name),
            expected: expectedField)
    }

    /// The field that says what a right output looks like: ``expectedField``, unless that tells a guard what was harmful, as
    /// its output is a number and no verdict.
    public var answerField: String? {
        metrics.contains { $0.kind == .guarding && $0.expected == expectedField } ? nil : expectedField
    }

    /// The field that outputs are compared with: that of the first metric which compares, or `expected` when it is
    /// mapped. Nil when nothing is expected.
    public var expectedField: String? {
        let mapped = data?.map.map(\.name) ?? []
        return metrics.lazy.compactMap(\.expected).first
            ?? mapped.first { $0 == "expected" } ?? mapped.first { name in !inputs.contains { $0.name == name } }
    }
}
