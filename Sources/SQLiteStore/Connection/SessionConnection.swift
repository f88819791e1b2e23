import Dispatch
import GRDB
import Sweeping
import Synchronization

/// A connection that lasts: where it reads without locks and somebody else comes, it is opened anew, and what was asked is asked again.
final class SessionConnection: Sendable {
    private static let attempts = 20
    /// How long opening it anew may wait for a lock.
    private static let patience: Duration = .seconds(1)

    private let file: DatabaseFile
    private let purpose: DatabaseConnection.Purpose
    private let gate: BusyGate
    private let current: Mutex<OpenConnection>

    private init(
        _ connection: OpenConnection, _ file: DatabaseFile, _ purpose: DatabaseConnection.Purpose, _ gate: BusyGate
    ) {
        self.file = file
        self.purpose = purpose
        self.gate = gate
        current = Mutex(connection)
    }

    /// - Throws: `StoreError`.
    static func open(
        _ file: DatabaseFile, for purpose: DatabaseConnection.Purpose, gate: BusyGate
    ) async throws -> SessionConnection {
        let connection = try await DatabaseConnection.open(file, for: purpose, gate: gate)
        return SessionConnection(connection, file, purpose, gate)
    }

    /// Whether SQLite's locks are shared with others.
    var isShared: Bool { current.withLock { $0.isShared } }

    var queue: DatabaseQueue { current.withLock(\.queue) }

    /// Does `work` on the database's own queue, and again where somebody came in between.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        for _ in 0..<SessionConnection.attempts {
            let connection = current.withLock { $0 }
            let result: Result<Value, any Error>
            do {
                result = .success(try await connection.queue.writeWithoutTransaction(work))
            } catch {
                result = .failure(error)
            }
            if connection.isGood { return try result.get() }
            gate.allow(SessionConnection.patience)
            let next = try await DatabaseConnection.open(
                DatabaseFile(resolving: file.path), for: purpose, gate: gate)
            current.withLock { $0 = next }
            connection.close()
        }
        throw StoreError(.busy, "\(file.path) was opened and closed by others all the time: try again")
    }

    func close(leavingLog: Bool = false) async {
        await withCheckedContinuation { continuation in
            // The last connection to close moves the write-ahead log into the database, which Swift's own threads must not do.
            DispatchQueue.global().async {
                self.current.withLock { $0 }.close(leavingLog: leavingLog)
                continuation.resume()
            }
        }
    }
}
