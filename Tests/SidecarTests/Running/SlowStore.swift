import Sweeping
import Synchronization

/// A store without a row, whose database opens when a test says so.
final class SlowStore: MaintenanceStore {
    private struct State {
        var isStopping: (@Sendable () -> Bool)?
        var opening: CheckedContinuation<Void, Never>?
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

    func acquireLease(for holder: RunHolder) throws -> NoLease { NoLease() }

    func openSession(_ options: SessionOptions) async throws -> EmptySession {
        await withCheckedContinuation { continuation in
            state.withLock { $0 = State(isStopping: options.isStopping, opening: continuation) }
        }
        return EmptySession()
    }

    func inspect() async throws -> DatabaseSizes { DatabaseSizes(fileBytes: 0, freeBytes: 0, writeAheadLogBytes: 0) }

    func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] { [] }
}

/// A session in which there is nothing to do.
struct EmptySession: MaintenanceSession {
    func facts(of table: TableReference) async throws -> TableFacts? { nil }
    func areUnchanged(_ rows: [Key], for change: TableChange) async throws -> [Bool] { rows.map { _ in true } }
    func require(_ needs: [TableNeed]) async throws {}
    func count(_ selection: Selection, within limit: Duration) async throws -> RowCount { RowCount(0) }
    func page(_ selection: Selection, after cursor: Int?, limit: Int) async throws -> Page<Int, Int> {
        Page(rows: [], next: nil)
    }
    func change(_ rows: [PlannedRow<Int>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome
    {
        BatchOutcome(rows: [])
    }
    func cascades(from child: TableReference, onto parent: TableReference) async throws -> [CascadingKey] { [] }
    func close() async {}
}
