import GRDB
import Sweeping

/// The statements on the jobs table. They rely on the indexes on `status` (active jobs), on `completed_at` (finished jobs) and
/// on the primary key.
struct JobRows {
    let table: TableShape
    private let names: ApplicationTables.Jobs
    /// The columns that are read; those that the table lacks are left out and read as NULL.
    private let columns: [String]
    /// Where each of them stands in a row that was read; nil for a column that the table lacks.
    private let place: Places

    private struct Places {
        let id: Int?
        let type: Int?
        let status: Int?
        let progress: Int?
        let createdAt: Int?
        let startedAt: Int?
        let completedAt: Int?
        let updatedAt: Int?
    }

    /// Which rules the rows are read for.
    enum Purpose {
        /// Any of them.
        case anyRule
        /// Whether a finished job is old, which its times of work say nothing about. Each column less is time less with the lock.
        case retention
    }

    /// - Throws: `StoreError` when the table isn't there.
    init(_ schema: ApplicationSchema, for purpose: Purpose = .anyRule) throws(StoreError) {
        let names = schema.names.jobs
        guard let table = schema.jobs else {
            throw StoreError(.schema, "there is no table \(names.table)")
        }
        self.table = table
        self.names = names
        let wanted =
            switch purpose {
            case .retention: [names.id, names.type, names.status, names.completedAt, names.updatedAt]
            case .anyRule:
                [
                    names.id, names.type, names.status, names.progress, names.createdAt, names.startedAt,
                    names.completedAt, names.updatedAt,
                ]
            }
        let columns = wanted.filter(table.has)
        self.columns = columns
        // The locator stands in front of the columns.
        func position(_ column: String) -> Int? { columns.firstIndex(of: column).map { $0 + 1 } }
        place = Places(
            id: position(names.id), type: position(names.type), status: position(names.status),
            progress: position(names.progress), createdAt: position(names.createdAt),
            startedAt: position(names.startedAt), completedAt: position(names.completedAt),
            updatedAt: position(names.updatedAt))
    }

    static var activeSpellings: [String] {
        JobStatus.active.flatMap { status in JobStatus.Spelling.allCases.map(status.spelled) }
    }

    /// Running and pending jobs: four short lists behind the index on `status`, or all rows where there is none.
    var activeScan: RowScan {
        let parts: [RowScan.Part] =
            table.index(leading: names.status).map { index in
                JobRows.activeSpellings.map { .equal(column: names.status, value: $0, index: index) }
            } ?? [.whole]
        return RowScan(table: table, columns: columns, parts: parts)
    }

    /// Finished jobs whose completion may lie before the cutoff, behind the index on `completed_at`.
    func finishedScan(before cutoff: Timestamp) -> RowScan {
        let index = table.index(leading: names.completedAt)
        return RowScan(
            table: table, columns: columns, parts: TimeRange.parts(of: names.completedAt, before: cutoff, index: index))
    }

    func record(_ row: Row) -> JobRecord {
        func value(_ place: Int?) -> DatabaseValue { place.map { row[$0] } ?? .null }
        return JobRecord(
            id: value(place.id).displayText, type: value(place.type).displayText,
            status: value(place.status).displayText, progress: value(place.progress).wholeNumber,
            createdAt: StoredTime(value(place.createdAt)), startedAt: StoredTime(value(place.startedAt)),
            completedAt: StoredTime(value(place.completedAt)), updatedAt: StoredTime(value(place.updatedAt)))
    }

    /// Everything that was read stands guard: whatever the application changed since, the row is left alone.
    func key(_ row: Row) -> RowKey {
        RowKey(locator: row[0], guards: (1...columns.count).map { row[$0] })
    }

    var settling: GuardedStatement {
        let assignments = [names.status, names.error, names.completedAt, names.updatedAt].map { "\(quoted($0)) = ?" }
        return GuardedStatement(
            "UPDATE \(quoted(table.name)) SET \(assignments.joined(separator: ", "))", table: table, guards: columns)
    }

    var deletion: GuardedStatement {
        GuardedStatement("DELETE FROM \(quoted(table.name))", table: table, guards: columns)
    }

    /// How many jobs are active; without an index on `status`, how many rows have to be looked at.
    func activeCount(in database: Database) throws -> Int {
        guard table.index(leading: names.status) != nil else {
            return try Int.fetchOne(database, sql: "SELECT count(*) FROM \(quoted(table.name))") ?? 0
        }
        let marks = JobRows.activeSpellings.map { _ in "?" }.joined(separator: ", ")
        let sql = "SELECT count(*) FROM \(quoted(table.name)) WHERE \(quoted(names.status)) IN (\(marks))"
        return try Int.fetchOne(database, sql: sql, arguments: StatementArguments(JobRows.activeSpellings)) ?? 0
    }

    /// The job that a row of another table refers to, by the primary key.
    func referred(by value: DatabaseValue, through column: String, in database: Database) throws -> JobRecord? {
        let list = columns.map { "row.\(quoted($0))" }.joined(separator: ", ")
        let sql = """
            SELECT row.\(table.locator), \(list) FROM \(quoted(table.name)) AS row
            WHERE row.\(quoted(column)) = ? LIMIT 1
            """
        return try Row.fetchOne(try database.cachedStatement(sql: sql), arguments: [value]).map(record)
    }

    /// The application's own cleanup jobs that aren't finished, behind the index on `status`: the newest, since only young ones matter.
    func unfinishedCleanups(in database: Database) throws -> [JobRecord] {
        let statuses = JobRows.activeSpellings
        let types = JobStatus.Spelling.allCases.map {
            $0 == .lower ? JobType.cleanup.rawValue : JobType.cleanup.rawValue.uppercased()
        }
        let list = (["row.\(table.locator)"] + columns.map { "row.\(quoted($0))" }).joined(separator: ", ")
        let times = [names.startedAt, names.createdAt].filter(table.has).map { "row.\(quoted($0))" }
        let begin = "coalesce(\((times + ["NULL", "NULL"]).joined(separator: ", ")))"
        func marks(_ values: [String]) -> String { values.map { _ in "?" }.joined(separator: ", ") }
        let sql = """
            SELECT \(list) FROM \(quoted(table.name)) AS row
            WHERE row.\(quoted(names.status)) IN (\(marks(statuses))) AND row.\(quoted(names.type)) IN (\(marks(types)))
            ORDER BY \(begin) DESC LIMIT 1000
            """
        return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(statuses + types)).map(record)
    }
}
