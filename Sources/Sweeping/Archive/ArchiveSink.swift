/// Where an engine puts the rows that a transaction deletes or changes, before it commits.
///
/// For each transaction: `begin`, then each row as it was, those included that go along with others, then `seal` right before the commit
/// or `discard`. What is sealed is durable. After the commit comes `confirm`; a seal whose commit fails is followed by `discard`.
package protocol ArchiveSink: Sendable {
    /// Makes rows durable that are about to be deleted, before their transaction begins: `keep` then finds them there, if they still are
    /// what they were, and the seal has nothing left to do. What isn't deleted after all is as good as never kept.
    func foresee(_ rows: [ArchivedRow], of operation: String)

    /// Begins rows of the operation that are made durable while transactions are under way, by somebody else at the same time.
    /// - Returns: nil where nothing is foreseen.
    func ahead(of operation: String) -> (any RowsAhead)?

    /// Rows that the transaction under way has deleted, and that are durable as they were: they are kept already.
    /// - Parameters:
    ///   - places: of the rows among those of their unit, in order.
    ///   - unit: the number that its seal gave.
    func claim(_ places: [Int], of unit: Int, _ table: ArchivedTable)

    /// A transaction of the operation begins.
    func begin(_ operation: String)

    /// Whether the row that is about to be deleted was foreseen, and still is what it was: then it is kept already.
    /// - Parameter isSame: whether it has these values.
    func isForeseen(_ table: ArchivedTable, number: Int64?, where isSame: ([Value]) -> Bool) -> Bool

    func keep(_ row: ArchivedRow)

    /// Notes a row that goes and can't be kept.
    func miss(_ reason: String)

    /// Notes that no row of an operation can be kept.
    /// - Throws: `StoreError` where none is to go then.
    func missAll(_ reason: String) throws(StoreError)

    /// Sets the one mark that `goBack` leads to: before something that may be undone alone.
    func setMark()

    /// What came after the mark was undone.
    func goBack()

    /// Makes durable what was kept since `begin`.
    /// - Throws: `StoreError` where that can't be and the transaction is to be given up.
    func seal() throws(StoreError)

    /// The transaction was committed.
    func confirm()

    /// The transaction was undone.
    func discard()

    /// The run is over.
    func finish() -> ArchiveFacts
}

extension ArchiveSink {
    /// What isn't foreseen is kept with its transaction.
    package func foresee(_ rows: [ArchivedRow], of operation: String) {}

    package func isForeseen(_ table: ArchivedTable, number: Int64?, where isSame: ([Value]) -> Bool) -> Bool { false }

    package func ahead(of operation: String) -> (any RowsAhead)? { nil }

    package func claim(_ places: [Int], of unit: Int, _ table: ArchivedTable) {}

    package func missAll(_ reason: String) throws(StoreError) { miss(reason) }
}

/// Rows that are put into the archive before it is known that they go, as a unit of their own: those that are never claimed count for
/// nothing.
package protocol RowsAhead: AnyObject {
    /// - Parameter values: writes the row's values, one for each of the table's columns, short ones.
    func put(_ table: ArchivedTable, _ values: (inout ByteWriter) -> Void)

    /// Makes the rows durable.
    /// - Returns: the unit's number; nil where they couldn't be written, which is no trouble: they are kept with their transaction then.
    func seal() -> Int?
}

/// What an archive has of a run.
package struct ArchiveFacts: Sendable, Equatable {
    /// The file; nil where there is none, since the run took nothing away or could keep nothing.
    package var file: String?
    package var bytes: Int64
    package var rows: Int
    /// Rows that went and weren't kept, and why; the run can't be undone whole then.
    package var missed: Int
    package var trouble: String?

    package init(file: String? = nil, bytes: Int64 = 0, rows: Int = 0, missed: Int = 0, trouble: String? = nil) {
        self.file = file
        self.bytes = bytes
        self.rows = rows
        self.missed = missed
        self.trouble = trouble
    }

    /// What can't be put back, for a person; nil where all can.
    package var loss: String? { missed > 0 ? ArchiveFacts.loss(missed, trouble) : nil }

    /// - Parameter count: nil while that isn't known.
    package static func loss(_ count: Int?, _ trouble: String?) -> String {
        let rows = count.map { $0 == 1 ? "1 row" : "\($0) rows" } ?? "rows"
        return "\(rows) of this run can't be put back: \(trouble ?? "they couldn't be kept")"
    }
}
