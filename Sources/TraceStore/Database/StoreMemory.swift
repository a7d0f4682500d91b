import CSQLite

/// The memory that stores take, all of the process together.
public enum StoreMemory {
    /// Has SQLite not count the memory it takes. Counting takes a lock each time, which is a seventh of what storing a
    /// node costs where SQLite allocates for every row, as Debian's does.
    ///
    /// For programs, once when they start, as `optrace` does. It holds for every use of SQLite in the process, which can
    /// then not be told how much memory it has; without effect once a database was opened.
    public static func leaveUncounted() {
        _ = csqlite_leave_memory_uncounted()
    }
}
