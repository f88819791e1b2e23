import GRDB
import Sweeping

/// How a change is carried out.
struct WritePlan {
    let change: TableChange
    let statement: GuardedStatement
    /// Whether the database may refuse single rows.
    let mayRefuse: Bool
    /// Whether what becomes of a row may depend on what became of others.
    let rowsMayClash: Bool
    /// What goes with the rows, where SQLite's own cascade isn't to see to it.
    let children: ChildRows?
    /// Counts what goes with deleted rows; nil where none are.
    let counter: DeletionCounter?
    private let table: TableShape
    private let schema: DatabaseSchema
    /// Finds out whether a row would take one along that is to stay; nil where none would.
    let reach: SparedReach?
    /// What earlier operations of a dry run would have changed.
    let settled: SettledRows
    /// What a rehearsal has to take out of a row's way; nil where nothing is.
    let obstacles: Obstacles?
    /// Counts without deleting; nil where only trying tells.
    private let dependents: DependentRows?
    /// Remembers what goes, in a dry run whose later operations would meet it; nil where none would.
    private let walk: CascadeWalk?
    /// What the action's columns are set to; nil for a value that is chosen for each row.
    private let values: [Value?]

    init(_ change: TableChange, of session: SQLiteSession, in database: Database) throws {
        // A trial is of the same rows' change, and follows what was tried before.
        self.change = change.withoutTrial
        settled = session.settled
        let schema = session.schema
        self.schema = schema
        let rows = try TableRows(change.selection, schema, session.times, session.gone, in: database)
        table = rows.table
        let key = change.selection.key.first ?? change.selection.allColumns.first?.name ?? ""
        // In a dry run they are there.
        let isTried = session.options.dryRun || change.isTrial
        let awaited = isTried ? [] : change.dependents.map { change.awaited($0, key: key) }
        statement = try rows.statement(change.action, while: change.condition, after: awaited)
        obstacles =
            isTried ? try Obstacles(change.dependents, of: rows.table, key: key, schema, in: database) : nil
        mayRefuse = change.isTrial || schema.mayRefuse(change.action, on: rows.table)
        rowsMayClash = schema.rowsMayClash(change.action, on: rows.table)
        switch change.action {
        case .delete:
            children = try schema.children(of: rows.table, id: key, in: database)
            // Nothing of a trial is counted.
            counter =
                change.isTrial
                ? nil : DeletionCounter(of: rows.table, session.gone, schema, rehearses: session.options.dryRun)
            dependents = try DependentRows(of: rows.table, session.gone, schema, in: database)
            walk =
                session.options.dryRun
                ? try CascadeWalk(from: rows.table, before: change.laterTables, session.gone, schema, in: database)
                : nil
            reach = try change.spared.flatMap { spared in
                // An application that was updated meanwhile may have led more keys there.
                let schema = try schema.isCurrent(database) ? schema : DatabaseSchema(database)
                return try SparedReach(of: spared, from: rows.table, schema, in: database)
            }
            values = []
        case .update(let writes):
            children = nil
            counter = nil
            dependents = nil
            walk = nil
            reach = nil
            values = try writes.map { write in
                switch write.source {
                case .chosen: nil
                case .now(let relatives):
                    try session.times.value(
                        change.now, for: ColumnReference(change.selection.table, write.column), like: relatives, schema,
                        in: database)
                }
            }
        }
    }

    /// Whether even a dry run has to.
    var hasToTry: Bool { mayRefuse || counter != nil && dependents == nil }

    /// Deletes what goes along at a depth that SQLite's own cascade doesn't reach; nil where nothing goes along.
    func deepCascade(in database: Database) throws -> DeepCascade? {
        change.action == .delete ? try DeepCascade(from: table, schema, in: database) : nil
    }

    /// What would become of the rows, without trying.
    func foresee(_ keys: [RowKey], in database: Database) throws -> BatchOutcome {
        // What is wrong with the statement itself shows here as it would in a run.
        _ = try prepare(in: database)
        let rows: [BatchOutcome.Row] = try keys.map { key in
            try reach?.isReached(from: key, unless: settled, in: database) == true ? .spared : .done
        }
        let going = zip(keys, rows).filter { $0.1 == .done }.map(\.0)
        let along = try walk?.follow(going, isTold: false, in: database) ?? dependents?.count(with: going, in: database)
        return BatchOutcome(rows: rows, dependents: along ?? 0)
    }

    /// Takes in what a rehearsal deleted, which has told of most of it already.
    func remember(_ gone: [RowKey], in database: Database) throws {
        _ = try walk?.follow(gone, isTold: true, in: database)
    }

    /// What the statement sets in a row.
    func values(_ chosen: [Value]) -> [Value] {
        var chosen = chosen.makeIterator()
        return values.map { $0 ?? chosen.next() ?? .null }
    }

    /// - Throws: `StoreError` that says why the database won't have it for any row, and what to do.
    func prepare(in database: Database) throws -> Statement {
        do {
            return try database.cachedStatement(sql: statement.sql)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw StoreError(.schema, UnusableStatement(error, change).description)
        }
    }
}
