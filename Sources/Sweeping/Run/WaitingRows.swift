/// Rows that wait for their change, and how large the first of them are.
struct WaitingRows<Row> {
    private var waiting: [Row]
    /// What the first rows have in bytes; none where the engine doesn't say.
    private(set) var sizes: [Int] = []
    /// Whether the engine doesn't say.
    private var isUnsized = false

    init(_ rows: [Row] = []) {
        waiting = rows
    }

    var rows: [Row] { waiting }
    var isEmpty: Bool { waiting.isEmpty }
    var count: Int { waiting.count }

    mutating func append(_ row: Row) { waiting.append(row) }

    mutating func removeFirst(_ count: Int) {
        waiting.removeFirst(count)
        sizes.removeFirst(min(count, sizes.count))
    }

    /// Lets go of the other rows.
    mutating func keep(where isKept: (Int, Row) -> Bool) {
        let kept = waiting.enumerated().filter { isKept($0.offset, $0.element) }
        sizes = kept.prefix { [known = sizes.count] in $0.offset < known }.map { sizes[$0.offset] }
        waiting = kept.map(\.element)
    }

    /// Finds out what isn't known of the next batch's rows, and makes ready what can be: before the lock, in the time that is left to
    /// others. Not more than a batch at a time, since for all that wait that time wouldn't do.
    mutating func prepare<Session: MaintenanceSession>(
        for pacer: Pacer, in session: Session, change: TableChange, key: (Row) -> Session.Key
    ) async throws {
        guard !isUnsized, sizes.count < min(pacer.batchSize, count) else { return }
        let next = waiting.dropFirst(sizes.count).prefix(pacer.batchSize)
        let found = try await session.prepare(next.map(key), for: change)
        isUnsized = found.isEmpty
        sizes += found
    }

    /// The rows that the next batch tries.
    func batch(at pacer: Pacer) -> (rows: [Row], sizes: [Int]) {
        let count = pacer.fitting(sizes)
        return (Array(waiting.prefix(count)), Array(sizes.prefix(count)))
    }
}
