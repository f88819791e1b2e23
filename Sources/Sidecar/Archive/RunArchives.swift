import RowArchive
import RunHistory
import Sweeping
import Synchronization

/// The archives of one database: makes a run's, removes those whose time is over, and knows how much there is.
package final class RunArchives: Sendable {
    /// What can still be put back.
    package struct View: Sendable, Equatable {
        package var bytes: Int64 = 0
        /// When the oldest run that can be undone began; nil where none can.
        package var oldest: Timestamp?
        /// How many runs can be.
        package var runs = 0
    }

    /// How often a sidecar that serves looks for archives whose time is over.
    static let interval: Duration = .minutes(1)

    package let folder: ArchiveFolder
    private let database: String
    private let history: any RunHistory
    private let clock: any SweepClock
    private let clockGuard: ClockGuard
    private let settings: Mutex<ArchiveSettings>
    private let view = Mutex(View())

    package init(
        state: String, database: String, _ settings: ArchiveSettings, history: any RunHistory, clock: any SweepClock,
        clockGuard: ClockGuard
    ) {
        folder = ArchiveFolder(state: state)
        self.database = database
        self.history = history
        self.clock = clock
        self.clockGuard = clockGuard
        self.settings = Mutex(settings)
    }

    package func apply(_ settings: ArchiveSettings) {
        self.settings.withLock { $0 = settings }
    }

    package var isEnabled: Bool { settings.withLock { $0.enabled } }

    package var keep: Duration { settings.withLock { $0.keep } }

    package var current: View { view.withLock { $0 } }

    /// Where a run is to put what it takes away; nil where it needn't.
    func sink(for request: RunRequest, startedAt: Timestamp) -> ArchiveWriter? {
        let settings = settings.withLock { $0 }
        guard settings.enabled, !request.dryRun else { return nil }
        let header = ArchiveHeader(runID: request.runID, database: database, startedAt: startedAt)
        let limits = ArchiveWriter.Limits(bytes: Int64(settings.maxSize), whenFull: settings.whenFull)
        return ArchiveWriter(header, folder: folder.path, limits: limits) { [weak self] in
            self?.makeRoom(except: request.runID)
        }
    }

    /// Removes what is too old or too much, and looks at what is left. By a clock that can't be believed nothing is as old as it seems.
    package func prune() async {
        if await history.recall(.keep) != keep.wholeMicroseconds {
            await history.remember(keep.wholeMicroseconds, as: .keep)
        }
        let isBelieved = await clockGuard.peek() == nil
        remove(before: isBelieved ? clock.now() - keep : nil)
        if isBelieved { await pruneOthers() }
    }

    /// Removes what is too old of other databases below the same state directory, by what their own sidecars said: those may be there no more.
    private func pruneOthers() async {
        for other in folder.databases() where !other.isSame(as: database) {
            guard let keep = await history.recall(.keep, of: other) else { continue }
            folder.prune(other, before: clock.now() - .microseconds(keep))
        }
    }

    /// Removes what is too much while a run writes.
    private func makeRoom(except run: String) { remove(before: nil, except: run) }

    private func remove(before limit: Timestamp?, except run: String? = nil) {
        folder.prune(
            database, before: limit, above: Int64(settings.withLock { $0.maxSize }), except: run)
        let entries = folder.entries(of: database)
        view.withLock {
            $0 =
                View(
                    bytes: entries.reduce(0) { $0 + $1.bytes }, oldest: entries.first?.startedAt, runs: entries.count)
        }
    }

    /// Looks until the task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            await prune()
            await clock.sleep(for: RunArchives.interval)
        }
    }

    /// Finds out what runs that were killed did last; where that can't be, their restores will.
    func settleAll(in store: some MaintenanceStore) async {
        try? await settle(folder.inDoubt(of: database), in: store)
    }

    /// To be called with the database's lease.
    /// - Throws: where it can't be found out, or not written down.
    func settle(_ files: [ArchiveFile], in store: some MaintenanceStore) async throws {
        let files = files.filter(\.isInDoubt)
        guard !files.isEmpty else { return }
        let session = try await store.openSession(SessionOptions(dryRun: true, now: clock.now()))
        do {
            for file in files { try await file.settle(by: session) }
            await session.close()
        } catch {
            await session.close()
            throw error
        }
    }

    /// When a run's archive goes for its age.
    package func end(of header: ArchiveHeader) -> Timestamp { header.startedAt + keep }
}

extension Fact<Int64> {
    /// How long each database's archives are kept, in microseconds.
    fileprivate static let keep = Fact("archive_keep")
}
