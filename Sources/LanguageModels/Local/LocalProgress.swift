/// What happens while a local model is made ready, for people.
public enum LocalProgress: Sendable, Hashable {
    /// Something begins or goes another way than expected, in words.
    case note(String)
    /// So much of the file is there; the total is unknown for some addresses.
    case downloaded(bytes: Int, of: Int?)
}
