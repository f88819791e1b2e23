import Sweeping
import Synchronization

/// A store without a row, whose database opens when a test says so.
final class SlowStore: MaintenanceStore {
    private struct State {
        var isStopping: (@Sendable () -> Bool)?
        var opening: CheckedContinuation<Void, Never>?
    }

    private struct Lease: RunLease {
        func release() {}
    }

    private let state = Mutex(State())

    var name: String { "slow" }

    /// Whether a run waits to be let in.
    var isOpening: Bool { state.withLock { $0.opening != nil } }

    /// Whether the run that waits has been told to end.
    var isStopping: Bool { state.withLock { $0.isStopping?() ?? false } }

    func open() {
        state.withLock { state in
            defer { state.opening = nil }
            return state.opening
        }?.resume()
    }

    func acquireLease(for holder: RunHolder) throws -> any RunLease { Lease() }

    func openSession(_ options: SessionOptions) async throws -> EmptySession {
        await withCheckedContinuation { continuation in
            state.withLock { $0 = State(isStopping: options.isStopping, opening: continuation) }
        }
        return EmptySession()
    }

    func inspect() async throws -> DatabaseSizes { DatabaseSizes(fileBytes: 0, freeBytes: 0, writeAheadLogBytes: 0) }

    func examine() async throws -> [Finding] { [] }
}

/// A session in which there is nothing to do.
struct EmptySession: MaintenanceSession {
    func check(_ operation: Operation) async throws {}
    func unfinishedCleanups() async throws -> [JobRecord] { [] }
    func activeJobCount() async throws -> Int { 0 }

    func activeJobs(after cursor: Int?, limit: Int) async throws -> Page<Int, JobRecord, Int> {
        Page(rows: [], next: nil)
    }
    func finishedJobs(before cutoff: Timestamp, after cursor: Int?, limit: Int) async throws
        -> Page<Int, JobRecord, Int>
    {
        Page(rows: [], next: nil)
    }
    func downloads(before cutoff: Timestamp, after cursor: Int?, limit: Int) async throws
        -> Page<Int, DownloadRecord, Int>
    {
        Page(rows: [], next: nil)
    }
    func pendingPlans(after cursor: Int?, limit: Int) async throws -> Page<Int, PlanRecord, Int> {
        Page(rows: [], next: nil)
    }

    func settle(_ jobs: [(key: Int, change: Settlement)], at now: Timestamp, within hold: Duration) async throws
        -> BatchOutcome
    {
        BatchOutcome(rows: [])
    }
    func deleteJobs(_ keys: [Int], within hold: Duration) async throws -> BatchOutcome { BatchOutcome(rows: []) }
    func deleteDownloads(_ keys: [Int], within hold: Duration) async throws -> BatchOutcome {
        BatchOutcome(rows: [])
    }
    func resetPlans(_ keys: [Int], at now: Timestamp, within hold: Duration) async throws -> BatchOutcome {
        BatchOutcome(rows: [])
    }
    func relieveLog() async throws -> Int64 { 0 }
    func tidyUp() async throws {}
    func spaceToGiveBack() async throws -> UnusedSpace { .none }
    func giveBackSpace(_ units: Int) async throws -> BatchOutcome { BatchOutcome(rows: []) }
    func close() async {}
}
