import GRDB
import Sweeping

/// Rows that a run would have deleted before a row, and that would keep a rehearsal from deleting it: those of tables that refer to it by
/// a foreign key which doesn't cascade.
struct Obstacles {
    /// More of them aren't deleted only to try something: the write lock isn't a dry run's to keep.
    private static let most = 1_000

    private let tables: [(count: String, delete: String)]
    private let form: TextForm

    /// - Returns: nil where there are none.
    init?(_ dependents: [Dependents], of table: TableShape, _ schema: DatabaseSchema, in database: Database) throws {
        form = schema.form
        let operand = form.operand
        let refusing = schema.keys(onto: table.name).filter { $0.onDelete != .cascade }.map(\.child)
        tables = dependents.filter { one in
            one.parentColumn == nil && refusing.contains { $0.names(one.table.name) }
        }.map { one in
            let from = "FROM \(quoted(one.table.name)) WHERE \(quoted(one.column)) = \(operand)"
            return ("SELECT count(*) FROM (SELECT 1 \(from) LIMIT \(Obstacles.most + 1))", "DELETE \(from)")
        }
        if tables.isEmpty { return nil }
    }

    /// - Returns: false where there are too many for a rehearsal.
    func clear(_ id: Value, in database: Database) throws -> Bool {
        for table in tables {
            var count = 0
            try BoundStatement(cached: table.count, in: database).forEach(form.arguments(id)) { row in
                count = row.value(at: 0).wholeNumber ?? 0
                return false
            }
            guard count <= Obstacles.most else { return false }
            if count > 0 { try BoundStatement(cached: table.delete, in: database).execute(form.arguments(id)) }
        }
        return true
    }
}
