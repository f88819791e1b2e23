import GRDB
import Sweeping
import Synchronization

/// Where a dry run tries what the database may refuse: a connection of its own, opened when it is first needed.
final class Rehearsal: Sendable {
    private let file: DatabaseFile
    private let gate: BusyGate
    private let connection = Mutex<SessionConnection?>(nil)

    init(_ file: DatabaseFile, gate: BusyGate) {
        self.file = file
        self.gate = gate
    }

    /// Whether this user may try: who couldn't do the run can't rehearse it either, and sees what it would decide.
    var isPossible: Bool { WritePermission.obstacle(to: file) == nil }

    func perform<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        if let open = connection.withLock({ $0 }) { return try await open.perform(work) }
        let new = try await SessionConnection.open(file, for: .rehearsal, gate: gate)
        connection.withLock { $0 = new }
        return try await new.perform(work)
    }

    func close() async {
        await connection.withLock { $0 }?.close()
    }
}
