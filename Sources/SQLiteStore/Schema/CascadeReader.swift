import GRDB
import Sweeping

/// A foreign key by which a table's rows go with the row that they refer to.
struct ChildKey: Sendable {
    let table: String
    let column: String
    /// Whether an index finds the rows by the column.
    let isIndexed: Bool
    /// A name of the hidden row number; nil where there is none to be had.
    let rowID: String?
}

/// Finds out whether the rows that go with deleted ones may be deleted by a statement for all of them.
///
/// SQLite's own cascade looks for them row by row, and reads the whole table for each where no index finds them. The other way is
/// taken only where it comes to exactly the same, whatever is in the rows.
enum CascadeReader {
    /// - Parameter id: the column that names the table's rows.
    /// - Returns: every key by which rows go with one of the table's; empty where SQLite's own cascade is to do it.
    static func keys(onto table: TableShape, id: String, _ schema: DatabaseSchema, in database: Database) throws
        -> [ChildKey]
    {
        let keys = schema.keys(onto: table.name)
        guard keys.contains(where: { !$0.isIndexed }), !schema.mayRefuse(.delete, on: table),
            let id = try ColumnFacts(id, of: table.name, in: database), id.isPrimaryKey, id.isPlain
        else { return [] }
        var found: [ChildKey] = []
        for key in keys {
            guard key.width == 1, key.parentColumn.map({ SQLName($0) == id.name }) ?? true,
                // What hangs off the child, or off a row's own children in its table, would need a cascade of its own.
                !key.child.names(table.name),
                schema.keys(onto: key.child).isEmpty,
                let column = try ColumnFacts(key.childColumn, of: key.child, in: database),
                column.isPlain, column.affinity == id.affinity
            else { return [] }
            found.append(
                ChildKey(
                    table: key.child, column: key.childColumn, isIndexed: key.isIndexed,
                    rowID: try rowID(of: key.child, in: database)))
        }
        return found
    }

    private static func rowID(of table: String, in database: Database) throws -> String? {
        let sql = "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE"
        guard try Bool.fetchOne(database, sql: sql, arguments: [table]) == false else { return nil }
        let names = try String.fetchAll(database, sql: "SELECT name FROM pragma_table_xinfo(?)", arguments: [table])
        return SchemaReader.freeRowID(Set(names.map { SQLName($0) }))
    }
}
