import Sweeping

/// Counts the rows that go along with deleted ones: what the server's own statistics say of the transaction at hand, which know of every
/// row that a foreign key or a trigger takes.
struct DeletionCounter: Sendable {
    /// Gives how many rows were deleted so far; the statistics may tell of earlier transactions too, so only a difference says something.
    let sql: String
    /// Whether the rows of the table itself are among them.
    let countsOwn: Bool
    /// Whether nothing but foreign keys takes rows along, or keeps them from going.
    let isPlain: Bool

    /// - Returns: nil where nothing can go along.
    init?(of table: TableShape, _ schema: PostgresSchema, in link: PostgresLink) throws {
        let reached = schema.reachedByDeletion(from: table.number)
        let tables = try reached.map { try schema.table($0, in: link) }
        if tables.contains(where: { !$0.onDelete.isEmpty }) {
            // A trigger may delete anywhere.
            sql = "(SELECT coalesce(sum(n_tup_del), 0)::int8 FROM pg_stat_xact_user_tables)"
            countsOwn = true
            isPlain = false
            return
        }
        let takesOwn = schema.cascades(from: table.number).contains { $0.child == table.number }
        let counted = try reached.filter { $0 != table.number || takesOwn }.flatMap {
            try schema.leaves(of: $0, in: link)
        }
        guard !counted.isEmpty else { return nil }
        sql = "(" + counted.map { "pg_stat_get_xact_tuples_deleted(\($0))" }.joined(separator: " + ") + ")"
        countsOwn = takesOwn
        isPlain = true
    }
}
