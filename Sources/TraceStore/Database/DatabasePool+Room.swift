import GRDB

extension DatabasePool {
    /// The result of `body`, which writes; tried once more where the disk had no room for it and the log could be copied
    /// into the database and emptied, which gives back what the log took.
    func makingRoom<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let full as DatabaseError where [.SQLITE_FULL, .SQLITE_IOERR].contains(full.resultCode) {
            do {
                try writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            } catch {
                // What was wrong first is what has to be mended.
                throw full
            }
            return try body()
        }
    }
}
