/// What sort of thing a parameter is; decides how its values are checked and which optimizers can change it.
public enum ParameterKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A text in natural language, such as an instruction.
    case text
    /// The source of a function.
    case code
    /// A real number.
    case number
    /// A whole number.
    case integer
    /// One of a fixed list of options.
    case choice
    /// True or false.
    case flag
    /// A list of demonstrations, each an object of fields.
    case examples
}
