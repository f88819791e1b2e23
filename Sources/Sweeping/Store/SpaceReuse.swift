/// A server that gives the space of deleted rows to new ones by itself, and can be asked to do so at once: nobody is kept out meanwhile,
/// and nothing goes back to the disk.
package protocol SpaceReuser: Sendable {
    /// How matters stand with these tables, and with those whose rows go along with theirs.
    /// - Throws: `StoreError`.
    func look(at tables: [TableReference]) async throws -> [TableSpace]

    /// Does it, table by table; one that somebody has locked, or that this role may not touch, is left alone.
    /// - Returns: how matters stand afterwards, in the same order.
    /// - Throws: `StopReason.cancelled` when `control` ended it, `StoreError`.
    func reuse(_ tables: [TableSpace], control: RunControl) async throws -> [TableSpace]
}

/// What a table's rows that went have left behind.
package struct TableSpace: Sendable, Equatable {
    package var table: TableReference
    /// With its indexes; nil where that can't be told now.
    package var bytes: Int64?
    package var liveRows: Int64
    /// Rows that went and whose space isn't used again yet.
    package var deadRows: Int64
    /// At how many of them the server begins by itself; nil where it never does.
    package var threshold: Int64?
    /// When their space was last made usable, by whomever; nil for never.
    package var lastDone: Timestamp?
    /// Why this role may not have it done, and what to do about that; nil where it may.
    package var obstacle: String?
    /// Whether it was to be done and somebody had the table locked.
    package var wasLocked: Bool = false

    package init(
        table: TableReference, bytes: Int64?, liveRows: Int64, deadRows: Int64, threshold: Int64?, lastDone: Timestamp?,
        obstacle: String?
    ) {
        self.table = table
        self.bytes = bytes
        self.liveRows = liveRows
        self.deadRows = deadRows
        self.threshold = threshold
        self.lastDone = lastDone
        self.obstacle = obstacle
    }
}
