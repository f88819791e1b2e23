import Glibc
import Sweeping

/// So long in microseconds it is left alone before it is asked again whether a table is still locked.
private let pauseBetweenTries: useconds_t = 50_000

extension PostgresLink {
    /// Waits until nobody has locked the whole table any more, which no halving of a batch helps against.
    /// - Throws: `StoreError` with code `.busy` once the patience is over.
    func waitForTable(_ table: TableShape, _ options: SessionOptions) throws {
        let deadline = MonotonicTime.now() + options.busyTimeout
        while true {
            do {
                _ = try transaction(
                    [Statement("LOCK TABLE \(table.ownRows) IN ROW EXCLUSIVE MODE NOWAIT")], end: "ROLLBACK")
                return
            } catch let error as PostgresError where error.isLocked {
                guard MonotonicTime.now() < deadline, !options.isStopping() else {
                    throw StoreError(
                        .busy,
                        "the database is locked: another connection held its lock on \(table.label) for too long")
                }
                usleep(pauseBetweenTries)
            }
        }
    }
}
