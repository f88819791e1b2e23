/// For whose sake a run waited.
package enum PauseReason: String, CaseIterable, Sendable, Hashable, Codable {
    /// The application's writers, which get the lock meanwhile.
    case application
    /// The write-ahead log, which has to be moved into the database before it grows on.
    case checkpoint
    /// Replicas that are behind.
    case replication
    /// Others' old snapshots, which keep what was deleted alive.
    case snapshot
    /// The database's own cleaning of the tables.
    case autovacuum
    /// A query of the user's that says when to wait.
    case throttleQuery = "throttle_query"

    /// Whether going on costs the others nothing but space.
    package var isForSpace: Bool { self == .snapshot || self == .autovacuum }
}
