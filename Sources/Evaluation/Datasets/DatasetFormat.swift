/// How a dataset is written down.
public enum DatasetFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// One JSON object a line.
    case jsonLines
    /// RFC 4180: a header, then records separated by commas.
    case commaSeparated
    /// The same with tabs.
    case tabSeparated

    /// The format a file's ending announces; nil for others than `.jsonl`, `.ndjson`, `.csv` and `.tsv`.
    public init?(path: String) {
        switch path.split(separator: ".").last?.lowercased() {
        case "jsonl", "ndjson": self = .jsonLines
        case "csv": self = .commaSeparated
        case "tsv": self = .tabSeparated
        default: return nil
        }
    }
}
