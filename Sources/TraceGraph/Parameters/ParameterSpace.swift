/// The parameters of a workflow, in the order they were declared.
public struct ParameterSpace: Sendable, Hashable, Codable {
    /// In the order they are declared; no two have the same name.
    public private(set) var definitions: [ParameterDefinition]

    /// - Precondition: No two definitions share a name.
    public init(_ definitions: [ParameterDefinition] = []) {
        precondition(Set(definitions.map(\.name)).count == definitions.count, "two parameters share a name")
        self.definitions = definitions
    }

    /// The parameter called `name`. Linear in the number of parameters.
    public subscript(_ name: String) -> ParameterDefinition? {
        definitions.first { $0.name == name }
    }

    /// The candidate that every parameter's initial value makes.
    public var seed: Candidate {
        Candidate(
            id: .seed, values: Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0.initial) }),
            parents: [], origin: "seed")
    }
}
