import Sweeping
import Testing

/// What the conformance suite needs of an engine: a store over an empty database with the application's tables, and a writer that
/// plays the application.
package protocol ConformanceFixture: Sendable {
    associatedtype Store: MaintenanceStore
    var store: Store { get }

    func insert(job: JobRecord, error: String?) throws
    func insert(download id: Int, at time: Timestamp, ofJob jobID: String?) throws
    func insert(plan id: Int, status: String, jobID: String?) throws
    /// Makes a row that the job's deletion takes along.
    func insertHistory(ofJob jobID: String) throws
    /// Makes a row whose foreign key forbids the job's deletion.
    func protect(job jobID: String) throws

    func set(job id: String, status: String) throws
    func set(job id: String, progress: Int) throws
    func touch(job id: String, at time: Timestamp) throws
    func delete(job id: String) throws
    func set(download id: Int, at time: Timestamp) throws
    func set(plan id: Int, status: String) throws
    func set(plan id: Int, jobID: String?) throws

    func job(_ id: String) throws -> (record: JobRecord, error: String?)?
    func downloadIDs() throws -> [Int]
    /// By id.
    func planStatuses() throws -> [Int: String]
    func historyCount() throws -> Int
    /// Runs `body` while the application holds the write lock.
    func whileLocked(_ body: () async throws -> Void) async throws
}

/// What every engine under `MaintenanceStore` has to do, written against the protocol alone.
package enum StoreRequirement: String, CaseIterable, Sendable {
    case tablesAreThere
    case activeJobsArePaged
    case finishedJobsArePaged
    case downloadsArePaged
    case plansArePagedWithTheirJobs
    case unfinishedCleanupsAreFound
    case jobsAreSettled
    case settlingIsGuarded
    case jobsAreDeletedWithTheirChildren
    case deletionIsGuarded
    case refusedRowsCostOnlyThemselves
    case downloadsAreDeletedGuarded
    case plansAreResetGuarded
    case dryRunsChangeNothing
    case emptyBatchesDoNothing
    case oneLeaseAtATime
    case busyEndsWithAnError
    case stoppingEndsTheWaiting
    case sizesAreTold
    case examinationIsClean
    case sweepsAreWholeAndIdempotent
    case whatIsTakenIsKeptAndPutBack
    case whatIsRefusedIsNotKept
    case whatIsInTheWayIsLeft

    package static let now = Timestamp(microseconds: 1_767_355_200_000_000)

    package func check(_ fixture: some ConformanceFixture) async throws {
        switch self {
        case .tablesAreThere: try await tablesAreThere(fixture)
        case .activeJobsArePaged: try await activeJobsArePaged(fixture)
        case .finishedJobsArePaged: try await finishedJobsArePaged(fixture)
        case .downloadsArePaged: try await downloadsArePaged(fixture)
        case .plansArePagedWithTheirJobs: try await plansArePaged(fixture)
        case .unfinishedCleanupsAreFound: try await unfinishedCleanups(fixture)
        case .jobsAreSettled: try await jobsAreSettled(fixture)
        case .settlingIsGuarded: try await settlingIsGuarded(fixture)
        case .jobsAreDeletedWithTheirChildren: try await jobsAreDeleted(fixture)
        case .deletionIsGuarded: try await deletionIsGuarded(fixture)
        case .refusedRowsCostOnlyThemselves: try await refusedRows(fixture)
        case .downloadsAreDeletedGuarded: try await downloadsAreDeleted(fixture)
        case .plansAreResetGuarded: try await plansAreReset(fixture)
        case .dryRunsChangeNothing: try await dryRuns(fixture)
        case .emptyBatchesDoNothing: try await emptyBatches(fixture)
        case .oneLeaseAtATime: try await oneLease(fixture)
        case .busyEndsWithAnError: try await busy(fixture)
        case .stoppingEndsTheWaiting: try await stopping(fixture)
        case .sizesAreTold: #expect(try await fixture.store.inspect().fileBytes > 0)
        case .examinationIsClean:
            #expect(
                try await fixture.store.examine(
                    SweepPolicy().operations.map { $0.work(at: Self.now) }, at: Self.now, in: .utc
                ).filter { $0.level == .problem } == [])
        case .sweepsAreWholeAndIdempotent: try await sweeps(fixture)
        case .whatIsTakenIsKeptAndPutBack: try await keptAndPutBack(fixture)
        case .whatIsRefusedIsNotKept: try await refusedRowsAreNotKept(fixture)
        case .whatIsInTheWayIsLeft: try await obstaclesAreTold(fixture)
        }
    }
}
