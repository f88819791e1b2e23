import GRDB

/// The application in the middle of a long transaction: it holds the write lock until it is told to let go.
final class WriteLock: Sendable {
    private let queue: DatabaseQueue

    /// Returns once the lock is held.
    /// - Parameter exclusive: keeps readers out as well, where there is a rollback journal.
    init(_ path: String, exclusive: Bool = false) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(10)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { database in
            try database.execute(sql: exclusive ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE")
        }
    }

    func release() {
        queue.inDatabase { try? $0.execute(sql: "ROLLBACK") }
    }
}

/// The application in the middle of reading: it holds a read transaction open until it is told to let go.
final class ReadLock: Sendable {
    private let queue: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(10)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { database in
            try database.execute(sql: "BEGIN")
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
        }
    }

    func release() {
        queue.inDatabase { try? $0.execute(sql: "ROLLBACK") }
    }
}
