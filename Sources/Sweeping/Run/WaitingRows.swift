/// Rows that wait for their change, and how large the first of them are.
struct WaitingRows<Row> {
    private(set) var rows: [Row]
    /// What the first rows have in bytes; none where the engine doesn't say.
    private(set) var sizes: [Int] = []

    init(_ rows: [Row] = []) {
        self.rows = rows
    }

    var isEmpty: Bool { rows.isEmpty }
    var count: Int { rows.count }

    mutating func append(_ row: Row) { rows.append(row) }

    mutating func removeFirst(_ count: Int) {
        rows.removeFirst(count)
        sizes.removeFirst(min(count, sizes.count))
    }

    /// Lets go of the other rows.
    mutating func keep(where isKept: (Int, Row) -> Bool) {
        let kept = rows.indices.filter { isKept($0, rows[$0]) }
        sizes = kept.prefix { [known = sizes.count] in $0 < known }.map { sizes[$0] }
        rows = kept.map { rows[$0] }
    }

    /// Finds out what isn't known of the next batch's rows, and makes ready what can be: before the lock, in the time that is left to
    /// others.
    mutating func prepare<Session: MaintenanceSession>(
        for pacer: Pacer, in session: Session, change: TableChange, key: (Row) -> Session.Key
    ) async throws {
        guard sizes.count < min(pacer.batchSize, rows.count) else { return }
        sizes += try await session.prepare(rows[sizes.count...].map(key), for: change)
    }

    /// The rows that the next batch tries.
    func batch(at pacer: Pacer) -> (rows: [Row], sizes: [Int]) {
        let count = pacer.fitting(sizes)
        return (Array(rows.prefix(count)), Array(sizes.prefix(count)))
    }
}
