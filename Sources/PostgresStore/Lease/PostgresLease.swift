import Sweeping

/// The one run at a time on a database: an advisory lock of the connection that writes. Whoever loses the connection loses the lock, and
/// writes no more.
///
/// Behind a pooler a connection isn't one: there, a transaction on a second connection holds the lock for as long as it lasts, and is
/// looked at before every batch.
package final class PostgresLease: RunLease {
    let connection: PostgresConnection
    /// The second connection, where one is needed.
    private let guardian: PostgresConnection?

    /// `jobsweep` in two numbers.
    private static let lock = "1785684592, 2003133808"

    private init(connection: PostgresConnection, guardian: PostgresConnection?) {
        self.connection = connection
        self.guardian = guardian
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
                return try link.run(Statement("SELECT pg_backend_pid()")).integer(0, 0) != Int64(link.processID)
            }
            if isPooled {
                let second = try await PostgresConnection.open(address, writing: !holder.dryRun, notices: notices)
                guardian = second
                try await second.perform { link in
                    _ = try link.run([
                        Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"),
                        Statement(
                            "SELECT set_config('idle_in_transaction_session_timeout', '0', true),"
                                + " set_config('application_name', \(literal(holder.applicationName)), true)"),
                    ])
                    try lock(link, "pg_try_advisory_xact_lock")
                }
            } else {
                try await connection.perform { link in
                    _ = try link.run(
                        Statement("SELECT set_config('application_name', \(literal(holder.applicationName)), false)"))
                    try lock(link, "pg_try_advisory_lock")
                }
            }
            return PostgresLease(connection: connection, guardian: guardian)
        } catch {
            await guardian?.close()
            await connection.close()
            if error is RunRefusal { throw error }
            throw StoreError(translating: error, database: address.name)
        }
    }

    /// Always tries: who waits for a lock that is held for minutes only piles up.
    private static func lock(_ link: PostgresLink, _ function: String) throws {
        guard try !link.run(Statement("SELECT \(function)(\(lock))")).flag(0, 0) else { return }
        let rows = try link.run(
            Statement(
                """
                SELECT a.application_name, host(a.client_addr) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND (l.classid, l.objid) = (\(lock))
                """))
        throw RunRefusal.underWay(
            rows.count == 0 ? nil : RunHolder(applicationName: rows.text(0, 0) ?? "", host: rows.text(0, 1)))
    }

    /// - Throws: `StoreError` once the lease is lost, so that nothing more may be written.
    func check() async throws {
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
        // A lock that goes with its connection goes a moment later than the next run may ask for it.
        if let guardian {
            try? await guardian.perform { _ = try $0.run(Statement("ROLLBACK")) }
            await guardian.close()
        } else {
            let unlock = Statement("SELECT pg_advisory_unlock(\(PostgresLease.lock))")
            try? await connection.perform { _ = try $0.run(unlock) }
        }
        await connection.close()
    }
}
