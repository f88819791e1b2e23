import Glibc
import Sweeping

/// Finds out what became of a batch whose answer was lost with its connection: by another connection, once the old one's process at the
/// server is gone, so that nothing can come of it any more.
struct BatchFate {
    /// How long a server may take to come back.
    static let patience: Duration = .seconds(60)
    private static let pause: useconds_t = 100_000

    let plan: WritePlan
    let batch: [PlannedRow<PostgresKey>]
    let unknown: BatchWriter.Pending
    /// The old connection's process at the server.
    let processID: Int32

    /// - Returns: what became of the rows; nothing where the transaction wasn't committed.
    /// - Throws: `PostgresError` where this connection is lost too.
    func find(in link: PostgresLink) throws -> [Int: BatchOutcome.Row] {
        try awaitEnd(in: link)
        let rows = unknown.rows
        let found = try reading(try plan.look(at: rows, of: batch), in: link)
        var writers: [Int: UInt32] = [:]
        for place in 0..<found.count {
            guard let number = found.integer(place, 0) else { continue }
            writers[rows[Int(number) - 1]] = found.integer(place, 1).map(UInt32.init(truncatingIfNeeded:))
        }
        // A transaction is whole or nothing: where a row is as it was read, nothing was done.
        guard rows.allSatisfy({ writers[$0] != batch[$0].key.writer }) else { return [:] }
        let deletes = plan.change.action == .delete
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let isDone = deletes ? writers[row] == nil : writers[row] != nil && writers[row] == unknown.transaction
                return (row, isDone ? .done : .changed)
            })
    }

    /// The server may not know yet that nobody listens any more.
    private func awaitEnd(in link: PostgresLink) throws {
        let deadline = MonotonicTime.now() + BatchFate.patience
        let question = Statement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = \(processID) AND pid <> pg_backend_pid()"
                + " AND usename = current_user AND application_name LIKE 'jobsweep%'")
        while try link.run(question).count > 0, MonotonicTime.now() < deadline { usleep(BatchFate.pause) }
    }
}
