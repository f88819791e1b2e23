import GRDB
import Sweeping

/// Rows that a run would have deleted before a row, and that a rehearsal has to delete first: those of tables that refer to it by a foreign
/// key which doesn't cascade, since they would keep the row, and those that may be refused themselves, and then keep it too.
struct Obstacles {
    /// More of them aren't deleted only to try something: the write lock isn't a dry run's to keep.
    private static let most = 1_000

    private struct Table {
        let count: String
        let delete: String
        let values: [Value]
    }

    private let tables: [Table]
    private let form: TextForm

    /// - Parameter key: the column by which the table's rows are named.
    /// - Returns: nil where there are none.
    init?(
        _ dependents: [Dependents], of table: TableShape, key: String, _ schema: DatabaseSchema, in database: Database
    ) throws {
        form = schema.form
        let operand = form.operand
        let refusing = schema.keys(onto: table.name).filter { $0.onDelete != .cascade }.map(\.child)
        tables = try dependents.compactMap { one in
            let name = one.table.sqlName
            let shape = try schema.table(one.table, in: database)
            guard refusing.contains(where: name.names) || schema.mayRefuse(.delete, on: shape) else { return nil }
            let owner =
                one.parentColumn.map {
                    "(SELECT \(quoted($0)) FROM \(quoted(table.name)) WHERE \(quoted(key)) = \(operand))"
                } ?? operand
            // Those that are named elsewhere stay.
            let going = try ConditionSQL(one.standing ?? .all([]), of: quoted(name))
            let from = "FROM \(quoted(name)) WHERE \(quoted(one.column)) = \(owner) AND \(going.sql)"
            return Table(
                count: "SELECT count(*) FROM (SELECT 1 \(from) LIMIT \(Obstacles.most + 1))",
                delete: "DELETE \(from)", values: going.values)
        }
        if tables.isEmpty { return nil }
    }

    /// - Returns: false where there are too many for a rehearsal.
    func clear(_ id: Value, in database: Database) throws -> Bool {
        for table in tables {
            var count = 0
            try BoundStatement(cached: table.count, in: database).forEach(form.arguments(id), table.values) { row in
                count = row.value(at: 0).wholeNumber ?? 0
                return false
            }
            guard count <= Obstacles.most else { return false }
            if count > 0 {
                try BoundStatement(cached: table.delete, in: database).execute(form.arguments(id), table.values)
            }
        }
        return true
    }
}
