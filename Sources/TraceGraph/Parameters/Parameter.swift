/// A stored property that can be optimized.
///
/// ```swift
/// @Parameter("instruction", constraint: "keep {message}") var instruction = "Route the message."
/// @Parameter("creativity", in: 0...1) var creativity = 0.2
/// ```
///
/// Reading `instruction` gives the value the current candidate has for it, or the initial value; `$instruction` gives it
/// traced, recorded once in a trace. Nothing is ever assigned: candidates are bound for the length of a run.
@propertyWrapper
public struct Parameter<Content: ParameterValue>: Sendable {
    /// What the parameter may be.
    public let definition: ParameterDefinition
    private let initial: Content

    /// - Parameter constraint: A rule in words, shown to the optimizer; `keep` followed by placeholders, such as
    ///   `keep {message} {tone}`, is checked: a text that lost one is never tried.
    public init(wrappedValue: Content, _ name: String, constraint: String? = nil, documentation: String = "") {
        self.init(
            wrappedValue, name, kind: Content.parameterKind, constraint: ParameterConstraint(rule: constraint),
            documentation: documentation)
    }

    /// One of `options`, which include the initial value.
    public init(wrappedValue: Content, _ name: String, options: [Content], documentation: String = "") {
        self.init(
            wrappedValue, name, kind: .choice, constraint: ParameterConstraint(options: options.map(\.recorded)),
            documentation: documentation)
    }

    /// Any kind with any constraint.
    public init(
        wrappedValue: Content, _ name: String, kind: ParameterKind, constraint: ParameterConstraint = .none,
        documentation: String = ""
    ) {
        self.init(wrappedValue, name, kind: kind, constraint: constraint, documentation: documentation)
    }

    private init(
        _ initial: Content, _ name: String, kind: ParameterKind, constraint: ParameterConstraint, documentation: String
    ) {
        self.initial = initial
        self.definition = ParameterDefinition(
            name, kind: kind, initial: initial.recorded, constraint: constraint, documentation: documentation)
    }

    /// The current candidate's value. Reading it this way leaves no edge in a recording: what is computed from it is not
    /// connected to the parameter, which is noted in ``Trace/hiddenInputs``.
    public var wrappedValue: Content {
        guard let context = Recording.current else { return initial }
        let value = value(in: context.recording)
        context.recording.readPlainly(definition, value: value.recorded, in: context)
        return value
    }

    /// The value with its node: what is computed from it is connected to the parameter.
    public var projectedValue: Traced<Content> {
        guard let recording = Recording.current?.recording else {
            return Traced(unrecorded: initial, name: definition.name)
        }
        let value = value(in: recording)
        return Traced(value, node: recording.parameter(definition, value: value.recorded), in: recording)
    }

    private func value(in recording: Recording) -> Content {
        guard let bound = recording.candidate[definition.name] else { return initial }
        guard let value = Content(recorded: bound) else {
            // A getter cannot throw: the trace ends as failed and says why.
            recording.invalidate(
                "parameter '\(definition.name)' is a \(definition.kind.rawValue), the candidate has a \(bound.kindName)"
            )
            return initial
        }
        return value
    }
}

extension Parameter where Content == Double {
    /// A number between bounds, both allowed.
    public init(
        wrappedValue: Double, _ name: String, in range: ClosedRange<Double>, isLogarithmic: Bool = false,
        documentation: String = ""
    ) {
        self.init(
            wrappedValue, name, kind: .number,
            constraint: ParameterConstraint(range: range, isLogarithmic: isLogarithmic), documentation: documentation)
    }
}

extension Parameter where Content == Int {
    /// A whole number between bounds, both allowed.
    public init(
        wrappedValue: Int, _ name: String, in range: ClosedRange<Int>, isLogarithmic: Bool = false,
        documentation: String = ""
    ) {
        self.init(
            wrappedValue, name, kind: .integer,
            constraint: ParameterConstraint(
                range: Double(range.lowerBound)...Double(range.upperBound), isLogarithmic: isLogarithmic),
            documentation: documentation)
    }
}

extension Traced where Content == Value {
    /// The value of a parameter that is only known by its definition, recorded once in a trace.
    public static func parameter(_ definition: ParameterDefinition) -> Traced<Value> {
        guard let recording = Recording.current?.recording else {
            return Traced(unrecorded: definition.initial, name: definition.name)
        }
        let value = recording.candidate[definition.name] ?? definition.initial
        return Traced(value, node: recording.parameter(definition, value: value), in: recording)
    }
}

extension ParameterSpace {
    /// The parameters among the stored properties of `workflow`, in the order they are declared, those of nested
    /// structures included, and of the structures in its arrays, tuples and optionals.
    ///
    /// Parameters of the same name are one.
    public init(of workflow: Any) {
        var definitions: [ParameterDefinition] = []
        var visited: Set<String> = []
        func gather(_ content: Any) {
            for child in Mirror(reflecting: content).children {
                if let parameter = child.value as? any DefinesParameter {
                    if visited.insert(parameter.definition.name).inserted { definitions.append(parameter.definition) }
                    continue
                }
                switch Mirror(reflecting: child.value).displayStyle {
                case .struct, .tuple, .collection, .optional: gather(child.value)
                default: break
                }
            }
        }
        gather(workflow)
        self.init(definitions)
    }
}

/// What a parameter of any type has.
protocol DefinesParameter {
    var definition: ParameterDefinition { get }
}

extension Parameter: DefinesParameter {}
