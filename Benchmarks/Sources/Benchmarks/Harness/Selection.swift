/// What is to be measured, and on which program.
struct Selection {
    /// The beginning of the names of measures; empty for all.
    private(set) var only = ""
    /// The release build of the command line tool; by default beside this program.
    private(set) var optrace: String

    /// A folder of worlds for RuleWorld; nil for worlds drawn here.
    private(set) var worlds: String?
    /// The methods to compare on them; empty for all.
    private(set) var methods: [String] = []

    init(_ words: [String]) throws {
        let folder = ChildProcess.ownPath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        optrace = folder.joined(separator: "/") + "/optrace"
        var rest = words[...]
        while let word = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchmarkError("\(word) needs a value") }
            switch word {
            case "--only": only = value
            case "--optrace": optrace = value
            case "--ruleworld": worlds = value.isEmpty ? nil : value
            case "--methods": methods = value.split(separator: ",").map(String.init)
            default:
                throw BenchmarkError(
                    "there is no option \(word); there are --only PREFIX, --optrace PATH, --ruleworld FOLDER and "
                        + "--methods NAMES")
            }
        }
    }
}
