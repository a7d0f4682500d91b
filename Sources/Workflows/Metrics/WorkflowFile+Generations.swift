import Evaluation
import TraceGraph

extension WorkflowFile {
    /// Whether the workflow is a task by itself: it reads nothing and names no data. Answers given anew take the place of
    /// examples then.
    public var isTaskByItself: Bool { data == nil && inputs.isEmpty && !isObserved }

    /// How many answers there are to divide: enough for a paired test on a quarter of them.
    static let generations = 60

    private static let generation = "generation"

    /// The answers, numbered from 0.
    ///
    /// - Throws: Nothing: no two share a name.
    func generations() throws(DatasetError) -> Dataset {
        try Dataset(
            (0..<Self.generations).map { place in
                Example(id: "\(Self.generation)-\(place)", fields: Fields([(Self.generation, .integer(place))]))
            })
    }

    /// Which of the answers `example` stands for, each of which is a sample of its own; nil for others.
    func generation(of example: Example) -> Int? {
        isTaskByItself ? example[Self.generation]?.integer : nil
    }
}
