import Sweeping

extension ArchiveWriter {
    /// A run's archive so far, and the transaction under way.
    struct State {
        var output: ArchiveOutput?
        var piece = RowWriter()
        /// Rows of the transaction under way, kept and not.
        var kept = 0
        var missed = 0
        /// Rows of this transaction by table.
        var counts: [String: Int] = [:]
        /// Keeps the names below to their tables.
        var tables: [ArchivedTable] = []
        /// Rows of this transaction that were changed, to find out which are once more.
        var changed: Set<RowName> = []
        var isRepeated = false
        /// Where the transaction begins in the file.
        var begin: Int64 = 0
        var mark: Mark?
        var operation = ""
        /// What was sealed last, in case its commit fails.
        var sealed: (rows: Int, missed: Int, hasUnit: Bool)?
        /// Whether it isn't said yet that the last unit's transaction was committed.
        var isUnconfirmed = false
        /// Whether the file says already that it doesn't have all.
        var tellsOfLoss = false
        /// How many units the file has.
        var units = 0
        var foreseen = ForeseenRows()
        /// Those that went in this transaction, by their places.
        var used: [Int] = []
        /// The same of those that somebody else made durable while other transactions were under way.
        var claimed = RowClaims()
        /// Whether a transaction is sealed of which it isn't known yet whether it was committed: what it wrote may be cut off again.
        var isSettling = false
        /// Whether there is room for rows before it is known that they go.
        var foresees = true
        /// Whether a transaction is under way.
        var isOpen = false
        var facts = ArchiveFacts()
        /// Why nothing more is kept.
        var trouble: StoreError?
        /// How much was written when older archives were last looked at.
        var lookedAt: Int64 = -1
        let compressor = Compressor()
    }

    struct Mark {
        var place: RowWriter.Place
        var kept: Int
        var missed: Int
        var used: Int
        var isRepeated: Bool
        var counts: [String: Int]
        var trouble: StoreError?
        /// Where the piece was written since: what it was, and where it began.
        var written: (piece: RowWriter, length: Int64)?
    }
}
