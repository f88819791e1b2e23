import GRDB
import Sweeping

/// Reading and changing rows.
extension SQLiteSession {
    package func require(_ needs: [TableNeed]) async throws {
        try await perform { try schema.require(needs, in: $0) }
    }

    package func count(_ selection: Selection, within limit: Duration) async throws -> RowCount {
        try await perform { database in
            // With a rollback journal, whoever reads keeps the others' commits waiting.
            let isLog = try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
            let deadline = MonotonicTime.now() + (isLog ? limit : min(limit, .milliseconds(20)))
            return try TableRows(selection, schema, times, in: database).scan.count(until: deadline, in: database)
        }
    }

    package func causesOfCost(_ change: TableChange) async throws -> [String] {
        try await perform { database in
            let table = try schema.table(change.selection.table, in: database)
            return try schema.costs(of: change.action, on: table.name, in: database)
        }
    }

    package func page(_ selection: Selection, after cursor: Cursor?, limit: Int) async throws -> Page<Key, Cursor> {
        try await perform { database in
            try TableRows(selection, schema, times, in: database).page(after: cursor, limit: limit, in: database)
        }
    }

    package func newestTime(in columns: [ColumnReference]) async throws -> NewestTime? {
        try await perform { database in
            try columns.compactMap { column in
                let newest = try times.newestWithoutOffset(in: column, schema, in: database)
                return newest.map { NewestTime(column: column, time: $0) }
            }.max { $0.time < $1.time }
        }
    }

    package func cascades(from child: TableReference, onto parent: TableReference) async throws -> [CascadingKey] {
        schema.cascades(from: child.name, onto: parent.name).map {
            CascadingKey(column: $0.childColumn, parentColumn: $0.parentColumn)
        }
    }

    /// A dry run only tries where the database may refuse something.
    package func change(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome
    {
        if options.dryRun {
            let foreseen = try await perform { database -> BatchOutcome? in
                let plan = try WritePlan(change, schema, times, in: database)
                guard !plan.hasToTry || !rehearsal.isPossible else { return nil }
                let dependents = try plan.dependents?.count(with: rows.map(\.key), in: database) ?? 0
                return BatchOutcome(rows: Array(repeating: .done, count: rows.count), dependents: dependents)
            }
            if let foreseen { return foreseen }
        }
        let batch: @Sendable (Database) throws -> BatchOutcome = { database in
            let plan = try WritePlan(change, schema, times, in: database)
            let othersWrote = foreignWrites.areNew(database)
            defer {
                changed(database)
                if plan.children != nil, !CascadeSwitch.isOn(database) { end.note(CascadeSwitch.lost) }
            }
            let change = try RowChange(
                database: database, statement: plan.statement, counter: plan.counter,
                values: { plan.values(rows[$0].values) }
            ) { rows[$0].key }
            defer { change.clear() }
            var writer = BatchWriter(
                database: database, gate: gate, busyTimeout: options.busyTimeout, rehearsal: options.dryRun,
                mayRefuse: plan.mayRefuse, memory: memory, hold: hold, longestHold: SQLiteSession.longestHold,
                othersWrote: othersWrote, change: change, files: files, children: plan.children?.unlessOutdated)
            do {
                return try writer.run(count: rows.count)
            } catch is ChildRows.Outdated {
                writer.children = nil
                return try writer.run(count: rows.count)
            }
        }
        var outcome = try await options.dryRun ? rehearse(batch) : perform(batch)
        outcome.logBytes = options.dryRun ? 0 : logBytes
        return outcome
    }
}

/// How a change is carried out.
struct WritePlan {
    let statement: GuardedStatement
    /// Whether the database may refuse single rows.
    let mayRefuse: Bool
    /// What goes with the rows, where SQLite's own cascade isn't to see to it.
    let children: ChildRows?
    /// Counts what goes with deleted rows.
    let counter: DeletionCounter?
    /// The same without deleting; nil where only trying tells, or nothing is deleted.
    let dependents: DependentRows?
    /// What the action's columns are set to; nil for a value that is chosen for each row.
    private let values: [Value?]

    init(_ change: TableChange, _ schema: DatabaseSchema, _ times: TimeColumns, in database: Database) throws {
        let rows = try TableRows(change.selection, schema, times, in: database)
        statement = try rows.statement(change.action, while: change.condition)
        mayRefuse = schema.mayRefuse(change.action, on: rows.table)
        switch change.action {
        case .delete:
            counter = DeletionCounter(of: rows.table)
            dependents = try DependentRows(of: rows.table, schema, in: database)
            children = try schema.children(of: rows.table, id: change.selection.key[0], in: database)
            values = []
        case .update(let writes):
            children = nil
            counter = nil
            dependents = nil
            values = try writes.map { write in
                switch write.source {
                case .chosen: nil
                case .now(let relatives):
                    try times.value(
                        change.now, for: ColumnReference(change.selection.table, write.column), like: relatives, schema,
                        in: database)
                }
            }
        }
    }

    /// Whether even a dry run has to.
    var hasToTry: Bool { mayRefuse || counter != nil && dependents == nil }

    /// What the statement sets in a row.
    func values(_ chosen: [Value]) -> [Value] {
        var chosen = chosen.makeIterator()
        return values.map { $0 ?? chosen.next() ?? .null }
    }
}
