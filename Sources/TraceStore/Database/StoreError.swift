public import LanguageModels

/// Something the store could not do, with what to do next. Holds no recorded text.
public struct StoreError: RunEnding, Sendable, CustomStringConvertible {
    /// What went wrong, as far as it decides what to do next.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case cannotOpen, readOnly, corrupt, newerVersion, foreignDatabase, locked, diskFull, unknownRun,
                ambiguousRun, unknownTrace, unreadable, unstorable, outOfOrder, database
        }

        private let name: Name

        /// The path is a folder, cannot be created, or may not be opened.
        public static let cannotOpen = Code(name: .cannotOpen)
        /// The file or its folder may be read but not written.
        public static let readOnly = Code(name: .readOnly)
        /// The file is no database, or is damaged.
        public static let corrupt = Code(name: .corrupt)
        /// A later version of Optrace has written the database.
        public static let newerVersion = Code(name: .newerVersion)
        /// The database belongs to another program.
        public static let foreignDatabase = Code(name: .foreignDatabase)
        /// Another process kept the database locked for longer than the store waits.
        public static let locked = Code(name: .locked)
        /// No space left; what was committed before is kept.
        public static let diskFull = Code(name: .diskFull)
        /// No run of that name.
        public static let unknownRun = Code(name: .unknownRun)
        /// The beginning of more than one run's name.
        public static let ambiguousRun = Code(name: .ambiguousRun)
        /// No trace of that number.
        public static let unknownTrace = Code(name: .unknownTrace)
        /// A row that does not hold what its table promises.
        public static let unreadable = Code(name: .unreadable)
        /// Something that cannot be stored so that it reads back the same.
        public static let unstorable = Code(name: .unstorable)
        /// A step without a begun run, or a run begun twice with one journal.
        public static let outOfOrder = Code(name: .outOfOrder)
        /// Anything else that SQLite reports.
        public static let database = Code(name: .database)

        public var description: String { name.rawValue }
    }

    /// What went wrong.
    public let code: Code
    /// What happened and what to do next, for a person.
    public let message: String
    /// The database file; nil when the error is not about one.
    public let path: String?
    /// What the layer below reported.
    public let underlyingError: (any Error)?

    public init(_ code: Code, _ message: String, path: String? = nil, underlyingError: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.underlyingError = underlyingError
    }

    /// Whether nothing can be kept any more, so that whatever is paid for from here on would be lost; false for what is
    /// wrong with one thing that was to be kept or found.
    public var endsRun: Bool {
        [.cannotOpen, .readOnly, .corrupt, .newerVersion, .foreignDatabase, .locked, .diskFull, .database].contains(
            code)
    }

    public var description: String { message }
}

extension StoreError.Code {
    /// Matches by code: `catch StoreError.Code.locked`.
    public static func ~= (code: StoreError.Code, error: any Error) -> Bool { (error as? StoreError)?.code == code }
}
