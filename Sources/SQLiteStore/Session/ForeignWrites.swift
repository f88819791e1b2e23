import GRDB
import Synchronization

/// Notices other connections' commits by `PRAGMA data_version`, which a connection's own don't change.
final class ForeignWrites: Sendable {
    private let seen = Mutex<Int64?>(nil)

    /// What is there now is known.
    func catchUp(_ database: Database) {
        let version = current(database)
        seen.withLock { $0 = version }
    }

    /// Whether another connection has committed since the last call of either function.
    func areNew(_ database: Database) -> Bool {
        let version = current(database)
        return seen.withLock { seen in
            defer { seen = version }
            // A version that can't be read is another connection at work.
            return version == nil || seen != nil && seen != version
        }
    }

    private func current(_ database: Database) -> Int64? {
        guard let statement = try? database.cachedStatement(sql: "PRAGMA data_version") else { return nil }
        return try? Int64.fetchOne(statement)
    }
}
