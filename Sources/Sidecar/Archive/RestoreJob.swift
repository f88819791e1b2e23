import Foundation
import Logging
import RowArchive
import Sweeping

/// Puts back what a run took away.
package struct RestoreJob: Sendable {
    private let store: any MaintenanceStore
    private let archives: RunArchives
    private let history: any RunHistory
    private let clock: any SweepClock
    private let logger: Logger

    init(
        store: any MaintenanceStore, archives: RunArchives, history: any RunHistory, clock: any SweepClock,
        logger: Logger
    ) {
        self.store = store
        self.archives = archives
        self.history = history
        self.clock = clock
        self.logger = logger
    }

    package static func newID() -> String { UUID().uuidString.lowercased() }

    /// The archive of a run of this database.
    /// - Parameter origin: where the database was when the run took its rows, if somebody says that it was moved since.
    /// - Throws: `ArchiveError`.
    package func archive(ofRun id: String, takenFrom origin: String? = nil) throws(ArchiveError) -> ArchiveFile {
        let archive = try archives.folder.open(run: id)
        let name = archive.header.database
        guard name.isSame(as: origin ?? store.name) else {
            guard origin == nil else { throw ArchiveError("run \(id) took its rows from \(name), and not from there") }
            throw ArchiveError(
                "run \(id) worked on another database: \(name). If that is this one, and it was moved or renamed since, say so:"
                    + " jobsweep restore \(id) --taken-from '\(name)'")
        }
        guard name.isSame(as: store.name) || !StoreFactory.sees(name, beside: store.name) else {
            throw ArchiveError("run \(id) took its rows from \(name), and there still is a database of that name")
        }
        return archive
    }

    /// Those of which something can be put back: the configuration's, and what the archive has of others that it had then.
    package static func operations(of policy: SweepPolicy, and archive: ArchiveFile?) -> [OperationName] {
        let archived = Set(archive?.counts.keys.map(\.operation) ?? []).sorted().map { OperationName(rawValue: $0) }
        return policy.operationNames + archived.filter { !policy.operationNames.contains($0) }
    }

    /// - Parameter onProgress: is told how far it is.
    /// - Throws: `RunRefusal` while a run is under way.
    package func execute(
        _ request: RestoreRequest, of archive: ArchiveFile, policy: SweepPolicy, control: RunControl = RunControl(),
        onProgress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) async throws(RunRefusal) -> RestoreReport {
        let (live, work) = try await claim(request, of: archive, policy: policy, control: control)
        _ = live.listen { onProgress($0.progress) }
        return await work()
    }

    /// A restore that was let in, and what does it.
    typealias Claimed = (live: LiveRestore, work: @Sendable () async -> RestoreReport)

    /// Lets a restore in.
    /// - Throws: `RunRefusal` while a run is under way.
    func claim(_ request: RestoreRequest, of archive: ArchiveFile, policy: SweepPolicy, control: RunControl)
        async throws(RunRefusal) -> Claimed
    {
        try await claim(in: store, request, archive, policy, control)
    }

    private func claim(
        in store: some MaintenanceStore, _ request: RestoreRequest, _ archive: ArchiveFile, _ policy: SweepPolicy,
        _ control: RunControl
    ) async throws(RunRefusal) -> Claimed {
        var restoration = Restoration(
            of: archive, in: store, request, policy: policy, clock: clock, processID: getpid(), control: control)
        var claim = try await restoration.claim()
        let operations = Set(archive.counts.keys.map(\.operation)).sorted().map { OperationName(rawValue: $0) }
        let run = await history.run(id: archive.header.runID)
        restoration.notKept = run.flatMap { ReportReading(of: $0).lossOfArchive } ?? archive.loss
        restoration.damage = damage(of: archive, by: run)
        let record = RunRecord(request, operations: operations, startedAt: clock.now())
        if case .success(let lease) = claim {
            await history.begin(record)
            do {
                if !archive.header.database.isSame(as: store.name) {
                    try await MovedDatabase(archive).check(store, at: clock.now())
                }
                // A file that isn't whole stays as it is, for whoever can mend it.
                if restoration.damage == nil { restoration.source = try await settled(archive, in: store) }
            } catch {
                await lease.release()
                claim = .failure(error as? StoreError ?? StoreError(.other, "\(error)"))
            }
        }
        let live = LiveRestore(record, control)
        return (
            live,
            { [history, clock, restoration, claim] in
                log("restore begins", request)
                let until = request.hold.map { clock.now() + $0 }
                let report = await restoration.execute(claim) { entries in
                    guard let until else { return }
                    guard await history.holdBack(HeldBack.rows(of: entries, policy), until: until) else {
                        throw StoreError(
                            .other,
                            "rows can't be held back, since jobsweep's own state can't be written: make that possible,"
                                + " or leave out the hold")
                    }
                } onProgress: { progress in
                    live.note(progress)
                } ended: { report in
                    guard await !history.finish(restore: live.finish(report)) else { return }
                    report.notRecorded =
                        "jobsweep's own state can't be written, so the history may not list this restore"
                    _ = live.finish(report)
                }
                log("restore ends", request, report)
                return report
            }
        )
    }

    /// Why not all of what the run kept can be read; nil where it can, or where nobody knows how much that was.
    private func damage(of archive: ArchiveFile, by run: RunRecord?) -> String? {
        if let damage = archive.damage { return damage }
        guard let run, let figures = run.figures, figures.lost == nil, !run.request.dryRun,
            ReportReading(of: run).lossOfArchive == nil
        else { return nil }
        let kept = figures.rows.values.reduce(0, +)
        guard archive.rows < kept else { return nil }
        return "\(archive.path) has \(archive.rows) rows, and the run took \(kept): the file is damaged, or was cut off"
    }

    /// The archive as it is now that no run is under way, with nothing in doubt.
    private func settled(_ archive: ArchiveFile, in store: some MaintenanceStore) async throws -> ArchiveFile {
        try await archives.settle([try ArchiveFile(path: archive.path)], in: store)
        return try ArchiveFile(path: archive.path)
    }

    private func log(_ message: Logger.Message, _ request: RestoreRequest, _ report: RestoreReport? = nil) {
        var data: Logger.Metadata = [
            "run.id": "\(request.runID)", "restore.id": "\(request.id)",
            "restore.dry_run": .stringConvertible(request.dryRun), "by": "\(request.by?.description ?? "")",
        ]
        if let report {
            data["restore.status"] = "\(report.status.rawValue)"
            data["restore.rows"] = .stringConvertible(report.restoredRows)
        }
        logger.notice(message, metadata: data)
    }
}
