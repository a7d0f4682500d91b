extension Migration {
    /// The tables of version 1; `docs/schema.md` explains each of them.
    ///
    /// What belongs to a trace is keyed by trace and place, so that a trace is read and written as one stretch of pages
    /// and needs no further index. Nodes and edges declare no reference to values and operations: checking it would
    /// cost a look-up a row on writing and a scan of all nodes for every value collected; `verify` checks it instead.
    static let firstSchema = Migration(
        number: 1, name: "first schema", sql: runTables + valueTables + traceTables + views)
}
