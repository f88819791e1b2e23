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

    package func acquireLease(for holder: RunHolder) throws -> any RunLease {
        try DatabaseLease(beside: DatabaseFile(resolving: path), for: holder)
    }

    package func openSession(_ options: SessionOptions) async throws -> SQLiteSession {
        var options = options
        options.busyTimeout = min(options.busyTimeout, busyTimeout)
        return try await SQLiteSession.open(DatabaseFile(resolving: path), options: options)
    }

    package func inspect() async throws -> DatabaseSizes {
        let file = try DatabaseFile(resolving: path)
        let gate = BusyGate { false }
        gate.allow(.seconds(1))
        // A connection that may write takes SQLite's own files away again when it is the last to leave.
        let queue = try await DatabaseConnection.open(file, readOnly: false, gate: gate)
        do {
            let facts = try await queue.writeWithoutTransaction { try SpaceFacts($0) }
            try queue.close()
            return facts.sizes(of: file)
        } catch {
            throw StoreError(translating: error, path: file.path)
        }
    }
}
