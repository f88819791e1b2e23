import Foundation
import Sweeping
import TestTools
import Synchronization
import Testing

extension Timestamp {
    /// 2026-01-02T12:00:00Z, the `now` of these tests.
    static let noon = Timestamp(microseconds: 1_767_355_200_000_000)

    static func ago(_ span: Duration) -> Timestamp { noon - span }
}

extension StoredTime {
    static func ago(_ span: Duration) -> StoredTime { .at(.noon - span) }
}

/// A job as most of these tests need it; the times that are left out are NULL.
func job(
    _ id: String = "job-1", type: String = "sync", status: String = "running", progress: Int? = 40,
    created: StoredTime = .null, started: StoredTime = .null, completed: StoredTime = .null,
    updated: StoredTime = .null
) -> JobRecord {
    JobRecord(
        id: id, type: type, status: status, progress: progress, createdAt: created, startedAt: started,
        completedAt: completed, updatedAt: updated)
}

/// A job that has been running for an hour and shows no sign of life.
func staleJob(_ id: String, type: String = "sync", status: String = "running", progress: Int? = 40) -> JobRecord {
    job(id, type: type, status: status, progress: progress, started: .ago(.hours(1)), updated: .ago(.hours(1)))
}

/// A job that was completed 31 days ago.
func oldJob(_ id: String, type: String = "sync", status: String = "completed") -> JobRecord {
    job(id, type: type, status: status, completed: .ago(.days(31)))
}

func oldDownload(_ id: String, jobID: String? = nil) -> FakeDatabase.Download {
    FakeDatabase.Download(id: id, timestamp: .ago(.days(15)), jobID: jobID)
}

/// Everything that one sweep over a fake database is made of.
struct Sweep {
    var database: FakeDatabase
    var clock = ManualClock(.noon)
    var policy = SweepPolicy()
    var control = RunControl()
    var progress = ProgressLog()

    init(_ database: FakeDatabase) {
        self.database = database
        // What the tests' batches cost is chosen with this in mind, whatever the default is.
        policy.pacing.lockTarget = .milliseconds(15)
        policy.pacing.pause = .milliseconds(5)
    }

    /// Sets something about the operations.
    mutating func configure(_ change: (inout SettingValues) -> Void) {
        var settings = SettingValues()
        change(&settings)
        policy.operations = SweepPolicy(settings).operations
        policy.applicationCleanup = ApplicationCleanup(settings)
    }

    var sweeper: Sweeper<FakeStore> {
        Sweeper(store: FakeStore(database: database, clock: clock), clock: clock, processID: 42)
    }

    func run(dryRun: Bool = false, _ operations: [OperationName] = SweepPolicy().operationNames) async throws
        -> RunReport
    {
        let request = RunRequest(runID: "run-1", trigger: .cli, dryRun: dryRun, operations: operations)
        let run = try await sweeper.begin(request, policy: policy, control: control) { [progress] in progress.add($0) }
        return await run.execute()
    }
}

/// The progress that a run told of.
final class ProgressLog: Sendable {
    private let entries = Mutex<[RunProgress]>([])

    func add(_ progress: RunProgress) {
        entries.withLock { $0.append(progress) }
    }

    /// The rows that each told of.
    var rows: [RowProgress?] { entries.withLock { $0.map(\.rows) } }

    /// `10 Finding stale jobs...`, one entry for each.
    var lines: [String] { entries.withLock { $0.map { "\($0.percent) \($0.message)" } } }
}

/// A value's JSON, keys sorted, so that whole texts can be compared.
func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
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
