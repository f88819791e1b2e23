/// A row of an archive, and whose it is.
package struct ArchiveEntry: Sendable, Equatable {
    /// The operation that deleted or changed the row, or another that it went along with.
    package var operation: String
    package var row: ArchivedRow

    package init(operation: String, row: ArchivedRow) {
        self.operation = operation
        self.row = row
    }
}

/// A run's archive, as it is read.
package protocol ArchiveSource: Sendable {
    /// How many transactions it has.
    var unitCount: Int { get }
    /// How many rows it has.
    var rows: Int { get }

    /// The rows of a transaction, some at a time, in the order in which they have to be put back.
    func forEachPiece(ofUnit unit: Int, _ body: ([ArchiveEntry]) async throws -> Void) async throws
}
