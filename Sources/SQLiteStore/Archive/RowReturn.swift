import CSQLite
import GRDB
import GRDBSQLite
import Sweeping

/// Puts archived rows back in one short transaction, each in a way that it can be undone alone.
struct RowReturn {
    let database: Database
    let form: TextForm
    let tables: KeptTables
    /// Only says what would become of the rows.
    let onlyLooks: Bool
    /// For how long the rows may hold the lock; the first of them may take longer.
    let hold: Duration

    /// - Returns: what became of the rows, and what the dearest took; the last ones are missing where the time is over.
    func run(_ rows: [ArchivedRow]) throws -> (results: [PutBack], dearest: Duration) {
        let begun = MonotonicTime.now()
        var last = begun
        var dearest = Duration.zero
        var results: [PutBack] = []
        var statements: ReturnStatements?
        csqlite_set_off_triggers(database.sqliteConnection, 0)
        defer { csqlite_set_off_triggers(database.sqliteConnection, 1) }
        for row in rows {
            if statements?.archived !== row.table { statements = try self.statements(for: row.table) }
            if let statements { results.append(try putBack(row, statements)) }
            let now = MonotonicTime.now()
            dearest = max(dearest, now - last)
            last = now
            if now - begun >= hold { break }
        }
        return (results, dearest)
    }

    /// Puts groups of deleted rows back whose rows refer to each other.
    func run(groups: [[ArchivedRow]]) throws -> (results: [PutBack], dearest: Duration) {
        let begun = MonotonicTime.now()
        var last = begun
        var dearest = Duration.zero
        var results: [PutBack] = []
        // Until the transaction ends, a row may come before what it refers to. SQLite listens while it compiles this, so no cached one will do.
        try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
        csqlite_set_off_triggers(database.sqliteConnection, 0)
        defer { csqlite_set_off_triggers(database.sqliteConnection, 1) }
        for group in groups {
            var fates = group.map { _ in PutBack.orphan }
            let whole = try carefully {
                for (place, row) in group.enumerated() {
                    fates[place] = try insert(row, self.statements(for: row.table))
                    if fates[place].obstacle != nil { return fates[place] }
                }
                return try refusalAtCommit() ?? .done
            }
            results += whole == .done ? fates : fates.map { $0.obstacle == nil ? .orphan : $0 }
            let now = MonotonicTime.now()
            dearest = max(dearest, now - last)
            last = now
            if now - begun >= hold { break }
        }
        return (results, dearest)
    }

    private func statements(for archived: ArchivedTable) throws -> ReturnStatements {
        let table = tables[archived.table.name]
        let unique = onlyLooks && table != nil ? try UniqueColumns.all(of: archived.table.name, in: database) : []
        return try ReturnStatements(archived, table, form, unique: unique)
    }

    private func insert(_ row: ArchivedRow, _ statements: ReturnStatements) throws -> PutBack {
        if let trouble = statements.trouble { return .refused(trouble) }
        if let found = try statements.find(row, in: database) {
            return found.isIdentical(to: row.values) ? .present : .taken
        }
        try statements.insert(row, in: database)
        return try check(row, statements)
    }

    private func putBack(_ row: ArchivedRow, _ statements: ReturnStatements) throws -> PutBack {
        if let trouble = statements.trouble { return .refused(trouble) }
        let found = try statements.find(row, in: database)
        switch row.fate {
        case .deleted:
            if let found { return found.isIdentical(to: row.values) ? .present : .taken }
            if onlyLooks { return try statements.isTaken(row, in: database) ? .taken : .done }
            return try carefully {
                try statements.insert(row, in: database)
                return try refusalAtCommit() ?? check(row, statements)
            }
        case .changed(let new):
            guard let found else { return .gone }
            if found.isIdentical(to: row.values) { return .present }
            guard found.isIdentical(to: new) else { return .changed }
            if onlyLooks { return .done }
            return try carefully {
                try statements.update(row, from: new, in: database)
                return try refusalAtCommit() ?? check(row, statements)
            }
        }
    }

    /// What a trigger made of the row isn't what it was.
    private func check(_ row: ArchivedRow, _ statements: ReturnStatements) throws -> PutBack {
        guard let now = try statements.find(row, in: database) else {
            return .refused("a trigger of the database doesn't let it stay")
        }
        if now.isIdentical(to: row.values) { return .done }
        try statements.update(row, from: now, in: database)
        return try statements.find(row, in: database)?.isIdentical(to: row.values) == true
            ? .done : .refused("the database makes something else of it: a trigger, or a type that was changed")
    }

    /// A foreign key that is checked only at the commit would undo the whole batch there.
    private func refusalAtCommit() throws -> PutBack? {
        var unresolved: CInt = 0
        var peak: CInt = 0
        sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &peak, 0)
        return unresolved == 0 ? nil : .orphan
    }

    private func carefully(_ work: () throws -> PutBack) throws -> PutBack {
        func undo() throws {
            try run("ROLLBACK TO putback")
            try run("RELEASE putback")
        }
        try run("SAVEPOINT putback")
        do {
            let result = try work()
            if result == .done { try run("RELEASE putback") } else { try undo() }
            return result
        } catch let error as DatabaseError where error.blamesRow && database.isInsideTransaction {
            try undo()
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_FOREIGNKEY: return .orphan
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: return .taken
            default: return .refused(error.reason)
            }
        }
    }

    private func run(_ sql: String) throws {
        try database.cachedStatement(sql: sql).execute()
    }
}
