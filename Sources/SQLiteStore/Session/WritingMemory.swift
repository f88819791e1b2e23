/// What a session learns while it writes.
struct WritingMemory: Sendable {
    let suspicion: Suspicion
    let pace = LockPace()
    let commitPrice = CommitPrice()

    /// - Parameter schemaVersion: from before the schema was read.
    init(schemaVersion: Int64) {
        suspicion = Suspicion(schemaVersion: schemaVersion)
    }
}
