import Sweeping

/// A lock that the server keeps for whoever asks first, under two numbers.
struct AdvisoryLock: Sendable {
    /// `jobsweep` in two numbers.
    private static let number = "1785684592, 2003133808"
    /// Another, which nobody holds for longer than a look.
    private static let probe = "1785684592, 2003133809"

    let numbers: String
    /// Whether a transaction holds it, and not a connection.
    let inTransaction: Bool

    /// The one that a run holds.
    static func run(inTransaction: Bool) -> AdvisoryLock {
        AdvisoryLock(numbers: number, inTransaction: inTransaction)
    }

    private var attempt: Statement {
        Statement("SELECT pg_try_advisory_\(inTransaction ? "xact_" : "")lock(\(numbers))")
    }

    /// Always tries: who waits for a lock that is held for minutes only piles up.
    /// - Parameter name: what the connection calls itself from then on, so that others see who has the lock.
    /// - Returns: whether the server's list of locks has it. Where it hasn't, the lock may keep nobody off.
    /// - Throws: `RunRefusal.underWay`.
    func take(in link: PostgresLink, named name: String) throws -> Bool {
        if inTransaction {
            _ = try link.run([
                Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"),
                Statement("SELECT set_config('idle_in_transaction_session_timeout', '0', true)"),
            ])
        }
        _ = try link.run(Statement("SELECT set_config('application_name', \(literal(name)), \(inTransaction))"))
        guard try isGiven(in: link) else { throw RunRefusal.underWay(try holder(in: link)) }
        return try isListed(in: link)
    }

    /// Whether others don't get it while this connection has it.
    static func keepsOthersOff(_ address: PostgresAddress, _ notices: NoticeReceiver) async throws -> Bool {
        let lock = AdvisoryLock(numbers: probe, inTransaction: true)
        let connection = try await PostgresConnection.open(address, writing: false, notices: notices)
        let result: Result<Bool, any Error>
        do {
            let isListed = try await connection.perform { link in
                _ = try link.run(Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"))
                // Somebody else just looks, and is in its way: that is an answer, too.
                return try !lock.isGiven(in: link) || lock.isListed(in: link)
            }
            var keepsOthersOff = isListed
            if !keepsOthersOff { keepsOthersOff = try await lock.refusesAnother(address, notices) }
            result = .success(keepsOthersOff)
        } catch {
            result = .failure(error)
        }
        await connection.close()
        return try result.get()
    }

    /// Whether another connection, while this one has the lock, doesn't get it.
    func refusesAnother(_ address: PostgresAddress, _ notices: NoticeReceiver) async throws -> Bool {
        let other = try await PostgresConnection.open(address, writing: false, notices: notices)
        // Its end gives back what it got.
        let lock = AdvisoryLock(numbers: numbers, inTransaction: true)
        let result: Result<Bool, any Error>
        do { result = .success(try await other.perform { try !lock.isGiven(in: $0) }) } catch {
            result = .failure(error)
        }
        await other.close()
        return try result.get()
    }

    func release(in link: PostgresLink) throws {
        _ = try link.run(Statement("SELECT pg_advisory_unlock(\(numbers))"))
    }

    private func isGiven(in link: PostgresLink) throws -> Bool {
        do {
            return try link.run(attempt).flag(0, 0)
        } catch let error as PostgresError where ["42883", "0A000"].contains(error.state) {
            // A server without such locks: whoever asks may go on, and nobody is kept off.
            return true
        }
    }

    private func isListed(in link: PostgresLink) throws -> Bool {
        try link.run(Statement("SELECT EXISTS (\(listed("AND l.pid = pg_backend_pid()")))")).flag(0, 0)
    }

    /// Who has it, by the name of the connection.
    private func holder(in link: PostgresLink) throws -> RunHolder? {
        let rows = try link.run(Statement(listed()))
        return rows.count == 0 ? nil : RunHolder(applicationName: rows.text(0, 0) ?? "", host: rows.text(0, 1))
    }

    private func listed(_ condition: String = "") -> String {
        """
        SELECT a.application_name, host(a.client_addr) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (l.classid, l.objid) = (\(numbers)) \(condition)
        """
    }
}
