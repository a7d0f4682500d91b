import Evaluation
public import LanguageModels
import TraceGraph

extension Workflow {
    /// What the metric of ``scoredByPreference(judge:)`` is called.
    public static let preferenceMetric = "preferred"

    /// This workflow, which declares no metrics, scored by preference alone: a judge holds each output against what the
    /// workflow makes of the same example as it stands, in both orders, by the workflow's description. It is shown what
    /// the workflow reads and no other field of the examples, which may hold answers.
    ///
    /// - Parameter judge: Who judges where the file has no model in the role 'judge'.
    public func scoredByPreference(judge: ModelName) -> Workflow {
        var workflow = self
        let role = file.models.contains { $0.role == "judge" } ? "judge" : judge.description
        let criteria =
            file.description.isEmpty
            ? "What the program is for is not said: judge by what its inputs ask for." : file.description
        workflow.file.metrics = [
            MetricDeclaration(
                name: Self.preferenceMetric, kind: .pairwise, expected: nil,
                options: [
                    "criteria": .text(criteria), "model": .text(role),
                    "fields": .list(file.inputs.map { .text($0.name) }),
                ], code: nil, feedback: nil, location: FileLocation(file: file.path, line: 1, column: 1))
        ]
        workflow.file.objective = Objective([.init(Self.preferenceMetric, .maximize)])
        return workflow
    }
}
