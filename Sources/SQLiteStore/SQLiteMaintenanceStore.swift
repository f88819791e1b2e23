import GRDB
import Sweeping

/// The application's SQLite file as a `MaintenanceStore`. It holds no connection: each run and each look opens its own.
package struct SQLiteMaintenanceStore: MaintenanceStore {
    private let path: String
    private let busyTimeout: Duration

    /// - Parameter busyTimeout: how long a statement waits for other connections' locks.
    package init(
        path: String, busyTimeout: Duration = SessionOptions.defaultBusyTimeout
    ) {
        self.path = path
        self.busyTimeout = busyTimeout
    }

    package var name: String { DatabaseName.of(path) }

    func file() throws(StoreError) -> DatabaseFile { try DatabaseFile(resolving: path) }

    package func acquireLease(for holder: RunHolder) throws -> SQLiteLease {
        let file = try file()
        if let obstacle = WritePermission.obstacle(to: file) {
            guard holder.dryRun else { throw obstacle }
            return .look(try NoLease(beside: file))
        }
        return .run(try DatabaseLease(beside: file, for: holder))
    }

    package func openSession(_ options: SessionOptions) async throws -> SQLiteSession {
        var options = options
        options.busyTimeout = min(options.busyTimeout, busyTimeout)
        return try await SQLiteSession.open(file(), options: options)
    }

    package func inspect() async throws -> DatabaseSizes {
        let file = try file()
        let gate = BusyGate { false }
        gate.allow(.seconds(1))
        let connection = try await SessionConnection.open(file, for: .look, gate: gate)
        let result: Result<SpaceFacts, any Error>
        do {
            result = .success(try await connection.perform { try SpaceFacts($0) })
        } catch {
            result = .failure(StoreError(translating: error, path: file.path))
        }
        await connection.close()
        return try result.get().sizes(of: file)
    }
}
