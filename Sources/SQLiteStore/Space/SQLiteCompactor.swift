import GRDB
import Sweeping

/// `VACUUM` on the application's file, on request. Journal mode, page size and auto-vacuum setting stay: they change only where the
/// connection asks for others first, and this one doesn't.
package struct SQLiteCompactor: Compactor {
    private let store: SQLiteMaintenanceStore
    private let room: @Sendable (String) throws -> DiskRoom

    /// - Parameter room: tells what is left on a directory's file system.
    package init(
        _ store: SQLiteMaintenanceStore, room: @escaping @Sendable (String) throws -> DiskRoom = { try DiskRoom.of($0) }
    ) {
        self.store = store
        self.room = room
    }

    package func plan() async throws -> CompactionPlan {
        try await withSession(SessionOptions(dryRun: true)) { session in
            let file = session.file
            let (facts, temporary) = try await session.perform { database in
                (try SpaceFacts(database), try TemporaryDirectory.path(database))
            }
            let needs = SpaceNeeds(facts: facts, file: file, temporaryDirectory: temporary, room: room)
            return CompactionPlan(
                sizes: facts.sizes(of: file), keptBytes: facts.keptBytes,
                keepsOut: facts.usesLog ? .writers : .everyone, needs: try needs.all())
        }
    }

    package func compact(control: RunControl) async throws -> CompactionOutcome {
        var file: DatabaseFile?
        let options = SessionOptions(dryRun: false) { control.isCancelled }
        var outcome = try await withSession(options) { session in
            file = session.file
            return try await session.vacuum(control)
        }
        // The last connection to close takes the log away, so only now the files have their sizes.
        outcome.after.fileBytes = file?.bytes ?? outcome.after.fileBytes
        outcome.after.writeAheadLogBytes = file?.writeAheadLogBytes ?? outcome.after.writeAheadLogBytes
        return outcome
    }

    private func withSession<Value>(
        _ options: SessionOptions, _ work: (SQLiteSession) async throws -> Value
    ) async throws -> Value {
        let session = try await store.openSession(options)
        let result: Result<Value, any Error>
        do {
            result = .success(try await work(session))
        } catch {
            result = .failure(error)
        }
        await session.close()
        return try result.get()
    }
}
