import Glibc
import Sweeping

/// `jobsweep vacuum`, step by step: its figures, whether there is room, and the work itself.
package struct CompactionJob: Sendable {
    /// What runs that are refused meanwhile are told stands in their way.
    private static let name = "vacuum"

    package let databaseName: String
    private let compactor: any Compactor
    private let claim: @Sendable () async throws -> any RunLease

    init(store: any MaintenanceStore, compactor: any Compactor, policy: SweepPolicy, clock: any SweepClock) {
        databaseName = store.name
        self.compactor = compactor
        claim = { try await CompactionJob.claim(store, policy: policy, clock: clock) }
    }

    private static func claim(
        _ store: some MaintenanceStore, policy: SweepPolicy, clock: any SweepClock
    ) async throws -> any RunLease {
        try await Sweeper(store: store, clock: clock, processID: getpid()).claim(as: name, policy: policy)
    }

    /// Does `work` while no run can start.
    /// - Throws: `RunRefusal` when one is under way, `StoreError`, and what `work` throws.
    package func claimed<Value>(_ work: () async throws -> Value) async throws -> Value {
        let lease = try await claim()
        let result: Result<Value, any Error>
        do { result = .success(try await work()) } catch { result = .failure(error) }
        await lease.release()
        return try result.get()
    }

    /// - Throws: `StoreError`.
    package func plan() async throws -> CompactionPlan {
        try await compactor.plan()
    }

    /// - Throws: `StopReason.cancelled` when `control` ended it, `StoreError`; the database is as it was then.
    package func compact(control: RunControl) async throws -> CompactionOutcome {
        try await compactor.compact(control: control)
    }
}

extension CompactionPlan {
    /// - Throws: `StoreError` that says what is needed where, what is there, and what to do.
    package func checkRoom() throws(StoreError) {
        guard let short = shortages.first else { return }
        let places = short.needs.map { "\(readableBytes($0.bytes)) in \($0.directory) for \($0.purpose)" }
        let missing = readableBytes(short.neededBytes - short.availableBytes)
        let others = short.needs.compactMap(\.remedy).map { ", or \($0)" }
        throw StoreError(
            .full,
            "there is not enough room on the disk: it takes \(places.joined(separator: " and "))"
                + (places.count > 1 ? ", on one file system" : "")
                + ", and \(readableBytes(short.availableBytes)) are free there; free \(missing) more"
                + others.joined())
    }
}
