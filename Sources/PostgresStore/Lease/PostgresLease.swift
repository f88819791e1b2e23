import Glibc
import Sweeping
import Synchronization

/// The one run at a time on a database: an advisory lock of the connection that writes. Whoever loses the connection loses the lock, and
/// writes no more.
///
/// Behind a pooler a connection isn't one: there, a transaction on a second connection holds the lock for as long as it lasts, and is
/// looked at before every batch. Where advisory locks keep nobody off, and wherever its owner has made it, a table says who has the lease.
package final class PostgresLease: RunLease {
    let connection: PostgresConnection
    /// The second connection, where one is needed.
    private let guardian: PostgresConnection?
    /// What is written down, where that is needed.
    private let written: WrittenLease?

    /// Whether no pooler is in between, with few connections for everybody.
    var isDirect: Bool { guardian == nil }

    private init(connection: PostgresConnection, guardian: PostgresConnection?, written: WrittenLease?) {
        self.connection = connection
        self.guardian = guardian
        self.written = written
    }

    /// - Throws: `RunRefusal.underWay` when another run has the lease, `StoreError` when it can't be told.
    static func take(_ address: PostgresAddress, for holder: RunHolder, notices: NoticeReceiver) async throws
        -> PostgresLease
    {
        let connection = try await PostgresConnection.open(address, writing: !holder.dryRun, notices: notices)
        var guardian: PostgresConnection?
        do {
            let isPooled = try await connection.perform { link in
                try ServerKind.check(link, address.name)
                if !holder.dryRun, try link.run(Statement("SELECT pg_is_in_recovery()")).flag(0, 0) {
                    throw PostgresError(state: "25006", message: "it is a standby")
                }
                link.isDirect = try link.isAtServer()
                return !link.isDirect
            }
            if isPooled { guardian = try await .open(address, writing: !holder.dryRun, notices: notices) }
            let lock = AdvisoryLock.run(inTransaction: isPooled)
            let taking: @Sendable (PostgresLink) throws -> Bool = { link in
                try lock.take(in: link, named: holder.applicationName)
            }
            let isListed =
                if let guardian {
                    try await twoOfAPool(connection, guardian, taking: taking)
                } else {
                    try await connection.perform(taking)
                }
            var keepsOthersOff = isListed
            if !keepsOthersOff { keepsOthersOff = try await lock.refusesAnother(address, notices) }
            let written = try await WrittenLease.take(
                for: holder, isNeeded: !keepsOthersOff, on: connection, address, notices)
            return PostgresLease(connection: connection, guardian: guardian, written: written)
        } catch {
            await guardian?.close()
            await connection.close()
            if error is RunRefusal { throw error }
            throw StoreError(translating: error, database: address.name)
        }
    }

    /// So long a pooler may take to give a connection where it has one.
    private static let longestForConnection: Duration = .seconds(10)

    /// Has the second connection take the lock, and then sees that the first can still be used: a pool of one would have the run wait for
    /// itself.
    private static func twoOfAPool(
        _ connection: PostgresConnection, _ guardian: PostgresConnection,
        taking lock: @escaping @Sendable (PostgresLink) throws -> Bool
    ) async throws -> Bool {
        func promptly<Value: Sendable>(
            _ connection: PostgresConnection, _ work: @escaping @Sendable (PostgresLink) throws -> Value
        ) async throws -> Value {
            try await connection.perform { link in
                let usual = link.patience
                defer { link.patience = usual }
                link.patience.cancelAfter = longestForConnection
                link.patience.giveUpAfter = .seconds(1)
                return try work(link)
            }
        }
        do {
            let isListed = try await promptly(guardian, lock)
            try await promptly(connection) { _ = try $0.run(Statement("SELECT 1")) }
            return isListed
        } catch let error as PostgresError where error.isPoolsRefusal || error.state == nil || error.isCancelled {
            throw StoreError(
                .cannotOpen,
                "the pooler before \(connection.name) gave no second connection within \(longestForConnection.components.seconds) s"
                    + " (\(error.reason)), and a run needs two: one of them keeps other runs off; raise its pool_size for this user"
                    + " and database, or give jobsweep the server itself")
        }
    }

    /// - Throws: `StoreError` once the lease is lost, so that nothing more may be written.
    func check() async throws {
        try written?.check()
        guard let guardian else { return }
        do {
            try await guardian.perform { _ = try $0.run(Statement("SELECT 1")) }
        } catch {
            throw StoreError(
                .connectionLost,
                "the connection that keeps other runs off \(connection.name) was lost: another may have begun; the next run goes on"
            )
        }
    }

    package func release() async {
        await written?.release()
        // A lock that goes with its connection goes a moment later than the next run may ask for it.
        if let guardian {
            try? await guardian.perform { _ = try $0.run(Statement("ROLLBACK")) }
            await guardian.close()
        } else {
            try? await connection.perform { try AdvisoryLock.run(inTransaction: false).release(in: $0) }
        }
        await connection.close()
    }
}
