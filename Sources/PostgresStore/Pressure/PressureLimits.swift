/// From when on a run waits for others, and what it does for them at its end.
package struct PressureLimits: Sendable, Equatable {
    /// How many bytes a standby, or whoever else reads the log, may be behind.
    package var replicationBytes = 64 * 1024 * 1024
    /// How long another transaction may have kept deleted rows alive.
    package var snapshotAge: Duration = .seconds(600)
    /// A question of the user's own: a run waits while its answer is above zero.
    package var throttleQuery: String?

    /// Whether a run ends with VACUUM on the tables that lost rows.
    package var vacuums = false

    /// How many times the number of dead rows at which autovacuum begins.
    static let deadRowsFactor: Int64 = 5

    package init() {}
}
