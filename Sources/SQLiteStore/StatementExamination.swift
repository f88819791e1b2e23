import GRDB
import Sweeping

/// What `jobsweep check` says of the statements that a run would make, and of what may refuse single rows of them.
extension SQLiteSession {
    /// Prepares every statement of a run with this work.
    func statementFinding(_ work: PlannedWork, in database: Database) -> Finding? {
        do {
            var change = TableChange(
                of: work.selection, work.action, while: work.condition, sparing: work.spared,
                now: Timestamp(microseconds: 0))
            change.dependents = work.dependents
            try TableRows(work.selection, schema, times, gone, in: database).prepare(in: database)
            let plan = try WritePlan(change, of: self, in: database)
            _ = try plan.prepare(in: database)
            try plan.reach?.prepare(in: database)
            return nil
        } catch {
            let message =
                (error as? DatabaseError).map { UnusableStatement($0, reading: work.selection).description }
                ?? (error as? StoreError)?.message ?? "\(error)"
            return Finding(.problem, work.selection.label, message)
        }
    }

    /// Rows that would go and couldn't be put back, as the run's report says afterwards.
    func undoAdvice(_ work: PlannedWork, in database: Database) throws -> Finding? {
        guard let ways = PreupdateWays.ofThisLibrary, let table = try? schema.table(work.selection.table, in: database)
        else { return nil }
        let tables = try keptTables.tables(in: database)
        var unreadable: [String] = []
        // A row that a statement deletes is read before it; one that is changed, or goes along, isn't.
        if work.action == .delete {
            unreadable = schema.reachedByDeletion(from: table.name).subtracting([SQLName(table.name)])
                .compactMap { tables[$0]?.archived.table.name }
        } else {
            unreadable = [table.name]
        }
        unreadable = unreadable.filter { name in tables[name].map { !ways.canRead($0) } ?? false }.sorted()
        guard !unreadable.isEmpty else { return nil }
        return Finding(
            .advice, work.selection.label,
            "what goes along or is changed of \(unreadable.joined(separator: ", ")) can't be put back: this SQLite doesn't show"
                + " rows of a table as they are that has a virtual generated column before its key")
    }

    /// What in the schema may refuse single rows. That isn't wrong, but whoever sees an error on a row looks for it.
    func refusalAdvice(_ work: PlannedWork, in database: Database) throws -> Finding? {
        guard let table = try? schema.table(work.selection.table, in: database) else {
            return nil
        }
        let hurdles = try schema.hurdles(work.action, on: table, in: database)
        guard !hurdles.isEmpty else { return nil }
        return Finding(
            .advice, work.selection.label,
            "the database may refuse single \(work.selection.noun.many), which then stay and are reported as errors:"
                + " \(hurdles.joined(separator: ", ")); a preview tells which")
    }
}

extension DatabaseSchema {
    /// What may refuse the action on single rows, each named so that it is found in the schema.
    fileprivate func hurdles(_ action: RowAction, on table: TableShape, in database: Database) throws -> [String] {
        let triggers = try SchemaReader.triggers(in: database)
        switch action {
        case .delete:
            var found: [String] = []
            for name in reachedByDeletion(from: table.name) {
                found += triggers.filter { $0.table == name }.map { "trigger \($0.name)" }
                found += foreignKeys.filter { SQLName($0.parent) == name && $0.onDelete == .refuse }
                    .map { "\($0.child).\($0.childColumn), which refers to \($0.parent)" }
            }
            return found
        case .update(let writes):
            let written = Set(writes.map { SQLName($0.column) })
            let unique = table.indexes.filter { index in
                index.isComputed
                    || index.isUnique && index.leadingColumn.map { written.contains(SQLName($0)) } ?? true
            }
            return triggers.filter { $0.table == SQLName(table.name) }.map { "trigger \($0.name)" }
                + unique.map { "\($0.isUnique ? "unique index" : "index") \($0.name)" }
                + (table.hasChecks ? ["CHECK constraints or strict types of \(table.name)"] : [])
        }
    }
}
