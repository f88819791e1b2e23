import Glibc
import Sweeping

/// Finds out what became of a batch whose answer was lost with its connection: by another connection, once the old one's process at the
/// server is gone, so that nothing can come of it any more.
struct BatchFate {
    /// How long a server may take to come back.
    private static let patience: Duration = .seconds(60)
    /// The same for a run that is to end.
    private static let patienceAtTheEnd: Duration = .seconds(15)
    private static let pause: useconds_t = 100_000

    let plan: WritePlan
    let batch: [PlannedRow<PostgresKey>]
    let unknown: BatchWriter.Pending
    /// The old connection's process at the server.
    let processID: Int32
    /// Until when it is asked for.
    let deadline: Duration

    static func deadline(isStopping: Bool) -> Duration {
        MonotonicTime.now() + (isStopping ? patienceAtTheEnd : patience)
    }

    /// - Returns: what became of the rows; nothing where the transaction wasn't committed.
    /// - Throws: `PostgresError` where this connection is lost too, or the old one's process is still there with nothing done: something
    ///   may come of it yet.
    func find(in link: PostgresLink) throws -> [Int: BatchOutcome.Row] {
        let isOver = try awaitEnd(in: link)
        let rows = unknown.rows
        let found = try reading(try plan.look(at: rows, of: batch), in: link)
        var writers: [Int: UInt32] = [:]
        for place in 0..<found.count {
            guard let number = found.integer(place, 0) else { continue }
            writers[rows[Int(number) - 1]] = found.integer(place, 1).map(UInt32.init(truncatingIfNeeded:))
        }
        // A transaction is whole or nothing: where a row is as it was read, nothing was done.
        guard rows.allSatisfy({ writers[$0] != batch[$0].key.writer }) else {
            guard isOver else { throw PostgresError(state: nil, message: "its process at the server doesn't end") }
            return [:]
        }
        let deletes = plan.change.action == .delete
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let isDone = deletes ? writers[row] == nil : writers[row] != nil && writers[row] == unknown.transaction
                return (row, isDone ? .done : .changed)
            })
    }

    /// The server may not know yet that nobody listens any more.
    /// - Returns: whether the old connection's process is gone.
    private func awaitEnd(in link: PostgresLink) throws -> Bool {
        let question = Statement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = \(processID) AND pid <> pg_backend_pid()"
                + " AND usename = current_user AND application_name LIKE 'jobsweep%'")
        while try link.run(question).count > 0 {
            guard MonotonicTime.now() < deadline else { return false }
            usleep(BatchFate.pause)
        }
        return true
    }
}
