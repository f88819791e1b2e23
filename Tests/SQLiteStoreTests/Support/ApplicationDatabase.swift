import GRDB
import SQLiteStore
import Sweeping
import TestTools
import Testing

enum Journal: String, CaseIterable, Sendable {
    case wal
    case delete
}

/// An application's database file, and the application's own connection to it.
final class ApplicationDatabase: Sendable {
    /// 2026-01-02T12:00:00Z, the `now` of these tests.
    static let now = Timestamp(microseconds: 1_767_355_200_000_000)
    static func clock() -> HastyClock { HastyClock(now: now) }

    let folder: TemporaryFolder
    let path: String
    let queue: DatabaseQueue

    init(
        _ journal: Journal = .wal, schema: String = Tables.all, name: String = "app.db",
        folder: TemporaryFolder? = nil, pragmas: String = ""
    ) throws {
        self.folder = try folder ?? TemporaryFolder()
        path = self.folder(name)
        queue = try ApplicationDatabase.connect(path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: pragmas)
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = \(journal.rawValue)")
            try database.execute(sql: schema)
        }
    }

    /// Another connection of the application's.
    static func connect(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        // No test pulls the plug, and many rows are written.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    func store(busyTimeout: Duration = .seconds(5)) -> SQLiteMaintenanceStore {
        SQLiteMaintenanceStore(path: path, busyTimeout: busyTimeout)
    }

    /// What `check` says.
    func examine(_ policy: SweepPolicy = SweepPolicy()) async throws -> [Finding] {
        let now = ApplicationDatabase.now
        return try await store().examine(policy.operations.map { $0.work(at: now) }, at: now, in: policy.timeZone)
    }

    func execute(_ sql: String) throws {
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    /// The query's first column as text.
    func strings(_ sql: String) throws -> [String?] {
        try queue.read { database in
            try DatabaseValue.fetchAll(database, sql: sql).map { value in
                value.isNull ? nil : String.fromDatabaseValue(value) ?? "\(value)"
            }
        }
    }

    /// The query's rows, the columns joined by `|`, NULL as `-`.
    func rows(_ sql: String) throws -> [String] {
        try queue.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map { $0.isNull ? "-" : String.fromDatabaseValue($0) ?? "\($0)" }
                    .joined(separator: "|")
            }
        }
    }

    /// One sweep, as the executable does it.
    func sweep(
        dryRun: Bool = false, _ operations: [OperationName] = SweepPolicy().operationNames,
        policy: SweepPolicy = SweepPolicy(), busyTimeout: Duration = .seconds(5), control: RunControl = RunControl(),
        clock: any SweepClock = ApplicationDatabase.clock()
    ) async throws -> RunReport {
        let sweeper = Sweeper(store: store(busyTimeout: busyTimeout), clock: clock, processID: 1)
        var policy = policy
        // Time passes for real, and on a machine that is busy many tests pass it together.
        if policy.timeLimit == SweepPolicy.defaultTimeLimit { policy.timeLimit = .hours(2) }
        let request = RunRequest(runID: "run", trigger: .cli, dryRun: dryRun, operations: operations)
        return try await sweeper.begin(request, policy: policy, control: control).execute()
    }

    /// A dry run and then the run; they must have the same numbers, and the dry run must change nothing.
    func sweepBothWays(
        _ operations: [OperationName] = SweepPolicy().operationNames, policy: SweepPolicy = SweepPolicy(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> RunReport {
        let before = try dump()
        let dry = try await sweep(dryRun: true, operations, policy: policy)
        #expect(try dump() == before, "a dry run changes nothing", sourceLocation: sourceLocation)
        let real = try await sweep(operations, policy: policy)
        #expect(Numbers(dry) == Numbers(real), "a dry run has the run's numbers", sourceLocation: sourceLocation)
        return real
    }

    /// Every row of every table.
    func dump() throws -> [String] {
        try strings("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").compactMap(\.self).flatMap {
            name in
            try rows("SELECT * FROM \(identifier(name))").map { "\(name)|\($0)" }.sorted()
        }
    }
}

/// The numbers of a report that a dry run and the run after it must share.
struct Numbers: Equatable {
    var changed: [OperationName: Int]
    var dependents: [OperationName: Int]
    var skipped: [OperationName: [SkipReason: Int]]
    var errors: [RunError]
    var details: [ReportDetail]
    var status: RunStatus

    init(_ report: RunReport) {
        changed = report.results.mapValues(\.rowsChanged)
        dependents = report.results.mapValues(\.dependents)
        skipped = report.results.mapValues(\.skipped)
        errors = report.errors
        details = report.results.values.flatMap(\.details)
        status = report.status
    }
}

/// A name as SQL has it.
func identifier(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
}
