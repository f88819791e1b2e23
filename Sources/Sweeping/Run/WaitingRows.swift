/// Rows that wait for their change, and how large the first of them are.
struct WaitingRows<Row> {
    /// What was removed from the front stays in memory until it is the larger part.
    private var all: [Row]
    private var removed = 0
    /// What the first rows have in bytes; none where the engine doesn't say.
    private(set) var sizes: [Int] = []
    /// Whether the engine doesn't say.
    private var isUnsized = false

    init(_ rows: [Row] = []) {
        all = rows
    }

    var rows: [Row] { removed == 0 ? all : Array(all[removed...]) }
    var isEmpty: Bool { count == 0 }
    var count: Int { all.count - removed }

    mutating func append(_ row: Row) { all.append(row) }

    mutating func removeFirst(_ count: Int) {
        removed += count
        if removed * 2 > all.count {
            all.removeFirst(removed)
            removed = 0
        }
        sizes.removeFirst(min(count, sizes.count))
    }

    /// Lets go of the other rows.
    mutating func keep(where isKept: (Int, Row) -> Bool) {
        let rows = rows
        let kept = rows.indices.filter { isKept($0, rows[$0]) }
        sizes = kept.prefix { [known = sizes.count] in $0 < known }.map { sizes[$0] }
        all = kept.map { rows[$0] }
        removed = 0
    }

    /// Finds out what isn't known of the next batch's rows, and makes ready what can be: before the lock, in the time that is left to
    /// others. Not more than a batch at a time, since for all that wait that time wouldn't do.
    mutating func prepare<Session: MaintenanceSession>(
        for pacer: Pacer, in session: Session, change: TableChange, key: (Row) -> Session.Key
    ) async throws {
        guard !isUnsized, sizes.count < min(pacer.batchSize, count) else { return }
        let next = all[(removed + sizes.count)...].prefix(pacer.batchSize)
        let found = try await session.prepare(next.map(key), for: change)
        isUnsized = found.isEmpty
        sizes += found
    }

    /// The rows that the next batch tries.
    func batch(at pacer: Pacer) -> (rows: [Row], sizes: [Int]) {
        let count = pacer.fitting(sizes)
        return (Array(all[removed...].prefix(count)), Array(sizes.prefix(count)))
    }
}
