import GRDB

/// What a session learns while it writes.
struct WritingMemory: Sendable {
    let suspicion: Suspicion
    let pace = LockPace()
    let commitPrice = CommitPrice()
    let room: PageRoom

    /// - Parameter schemaVersion: from before the schema was read.
    init(schemaVersion: Int64, _ database: Database) throws {
        room = try PageRoom(database)
        suspicion = Suspicion(schemaVersion: schemaVersion)
    }
}
