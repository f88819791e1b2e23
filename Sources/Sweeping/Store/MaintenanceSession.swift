/// One run's hold on the application's database. It knows tables, columns, keys, times and guards, and nothing of what they mean.
/// Reads take no write lock; each change is one short transaction.
///
/// Pages are bounded by the rows that are looked at, not by the rows that qualify, so rows that must stay can't hide the rows
/// behind them. Every change repeats what was read of its row.
///
/// What only some engines can do is in `SessionAbilities`.
package protocol MaintenanceSession: SessionAbilities {
    /// Names a row and remembers what it looked like when it was read.
    associatedtype Key: Sendable
    /// Where a page ended.
    associatedtype Cursor: Sendable

    /// Makes sure that tables and columns are there.
    /// - Throws: `StoreError` with code `.schema` that names everything that is missing.
    func require(_ needs: [TableNeed]) async throws

    /// What the database says of a table; nil where there is none of that name.
    func facts(of table: TableReference) async throws -> TableFacts?

    /// Whether rows that were read by the change's selection still are what they were, in the order given.
    func areUnchanged(_ rows: [Key], for change: TableChange) async throws -> [Bool]

    /// About how many rows the pages of a selection will have together, counted for at most so long.
    func count(_ selection: Selection, within limit: Duration) async throws -> RowCount

    /// The rows of a selection, each once, what its lookups lead to included.
    func page(_ selection: Selection, after cursor: Cursor?, limit: Int) async throws -> Page<Key, Cursor>

    /// The same while the rows of the page before are being changed, for a session that reads ahead: an archive may have the rows by then.
    /// Those that go by themselves may come first.
    /// - Parameter change: what is to become of them.
    func page(_ selection: Selection, after cursor: Cursor?, limit: Int, ahead change: TableChange) async throws
        -> Page<Key, Cursor>

    /// Makes ready what can be before rows are changed, without the lock: an archive has them by then.
    /// - Returns: how many bytes the first of them have, as many as were made ready and at least one; the others are asked for again. None
    ///   where the engine doesn't say.
    func prepare(_ rows: [Key], for change: TableChange) async throws -> [Int]

    /// Changes rows that were read by the change's selection; an empty list does nothing. It ends in the middle once its rows have held
    /// the write lock for `hold`, after the first of them at the earliest.
    func change(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws -> BatchOutcome

    /// What would become of rows that are to be deleted, once what belongs to them has gone: before that goes, so that it doesn't go for
    /// nothing. What is tried is undone.
    /// - Returns: nil where the database refuses no row, or can't be asked.
    func tryOut(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws -> BatchOutcome?

    /// The foreign keys by which rows of `child` go with a row of `parent` that is deleted.
    func cascades(from child: TableReference, onto parent: TableReference) async throws -> [CascadingKey]

    func close() async
}

extension MaintenanceSession {
    package func page(_ selection: Selection, after cursor: Cursor?, limit: Int, ahead change: TableChange) async throws
        -> Page<Key, Cursor>
    { try await page(selection, after: cursor, limit: limit) }

    package func prepare(_ rows: [Key], for change: TableChange) async throws -> [Int] { [] }

    package func tryOut(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome?
    { nil }
}

/// Some rows and where to go on; `next` is nil after the last page.
package struct Page<Key: Sendable, Cursor: Sendable>: Sendable {
    package var rows: [(key: Key, row: SelectedRow)]
    package var next: Cursor?

    package init(rows: [(key: Key, row: SelectedRow)], next: Cursor?) {
        self.rows = rows
        self.next = next
    }
}
