/// How a restore goes about its rows: it puts them back, or looks at what would become of each.
protocol RestoreWay {
    /// What the rows are told under meanwhile.
    static var wording: String { get }
    /// At most so many rows are tried together.
    static var mostRows: Int { get }
    /// Whether each way through the archive tells of all rows, and not of those that came back since the one before.
    static var beginsAnew: Bool { get }

    /// What becomes of rows of which the session said so much.
    mutating func judge(_ answers: [PutBack], of batch: [ArchiveEntry], _ round: inout RestoreRound) async throws
        -> [PutBack]

    /// Takes in what became of rows.
    mutating func note(_ results: [PutBack], of batch: [ArchiveEntry]) async throws

    /// Takes in rows that wait for others.
    mutating func note(orphans: [ArchiveEntry]) async throws

    /// Ends a way through the archive.
    /// - Returns: whether another has to follow.
    mutating func end(_ round: inout RestoreRound, in context: inout PassContext) async throws -> Bool

    /// Says what is known by now of the reasons why rows don't come back.
    func explain(_ round: inout RestoreRound)
}

/// What a restore reads, for its ways through it.
struct RestoreSource {
    let archive: any ArchiveSource
    let operations: [OperationName]?
    let control: RunControl

    func isWanted(_ entry: ArchiveEntry) -> Bool {
        operations.map { $0.contains { $0.rawValue.isSame(as: entry.operation) } } ?? true
    }

    /// - Throws: `StopReason` once the restore is to end.
    func isStillWanted(_ entry: ArchiveEntry) throws -> Bool {
        if control.isCancelled { throw StopReason.cancelled }
        return isWanted(entry)
    }
}
