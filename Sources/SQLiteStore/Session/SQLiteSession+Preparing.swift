import GRDB
import Sweeping

/// What is done before a batch has the lock.
extension SQLiteSession {
    /// A page is read in the time between two batches, and what the first of them needs is made ready in the same.
    package var pageRows: Int { 500 }

    /// How many rows are looked at at a stretch, and at how many bytes a look ends early; it also ends with the longest read that is wanted.
    private static let preparedAtOnce = 200
    private static let mostPrepared = 4 << 20

    /// Finds out how large the rows are. Those that are to go are read whole and kept by the archive, so that their transaction needn't wait
    /// for its disk; and their pages are in memory by then.
    package func prepare(_ rows: [Key], for change: TableChange) async throws -> [Int] {
        guard try await isWorthPreparing(change) else { return [] }
        var sizes: [Int] = []
        var found: [ArchivedRow] = []
        var bytes = 0
        while sizes.count < rows.count, bytes < SQLiteSession.mostPrepared {
            let part = rows[sizes.count...].prefix(SQLiteSession.preparedAtOnce)
            let (read, kept) = try await perform { [bytes] database in
                try database.inOneRead {
                    try look(at: part, for: change, room: SQLiteSession.mostPrepared - bytes, in: database)
                }
            }
            sizes += read
            bytes += read.reduce(0, +)
            found += kept
            if gate.isOver { break }
        }
        if let archive = options.archive, !found.isEmpty {
            // On the database's own queue: the disk is waited for.
            try await perform { [found] _ in archive.foresee(found, of: change.selection.label) }
        }
        return sizes
    }

    /// A dry run that doesn't try anything has no batches to speak of.
    private func isWorthPreparing(_ change: TableChange) async throws -> Bool {
        guard options.dryRun else { return true }
        guard rehearsal.isPossible else { return false }
        return try await perform { try WritePlan(change, of: self, in: $0).hasToTry }
    }

    /// - Returns: the sizes of the first of the rows, and what is to be kept of them.
    private func look(at keys: ArraySlice<Key>, for change: TableChange, room: Int, in database: Database) throws
        -> (sizes: [Int], kept: [ArchivedRow])
    {
        let deadline = MonotonicTime.now() + options.longestRead
        let table = try schema.table(change.selection.table, in: database)
        let tables = try keptTables.tables(in: database)
        let isKept = change.action == .delete && options.archive != nil && !options.dryRun
        var whole: WholeRow?
        if isKept, PreupdateWays.ofThisLibrary != nil, let kept = tables[table.name] {
            whole = WholeRow(kept, table.locator, schema.form)
        }
        let columns = tables[table.name]?.archived.columns.map(\.name) ?? []
        let measure = RowSizes(table, columns: columns, schema.form)
        var sizes: [Int] = []
        var rows: [ArchivedRow] = []
        var left = room
        for key in keys {
            if let whole {
                let row = try whole.read(key, in: database)
                if let row { rows.append(row) }
                sizes.append(row?.size ?? 0)
            } else {
                sizes.append(try measure.size(key, in: database))
            }
            left -= sizes.last ?? 0
            if left <= 0 || MonotonicTime.now() >= deadline { break }
        }
        return (sizes, rows)
    }
}

extension Database {
    /// Reads in one transaction: with a rollback journal each by itself may meet somebody's commit, and wait for it.
    func inOneRead<Value>(_ body: () throws -> Value) throws -> Value {
        try beginTransaction(.deferred)
        do {
            let value = try body()
            try commit()
            return value
        } catch {
            if isInsideTransaction { try rollback() }
            throw error
        }
    }
}
