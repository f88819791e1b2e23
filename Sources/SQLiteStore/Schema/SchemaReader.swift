import GRDB
import Sweeping

/// Reads tables' shapes from the database itself.
enum SchemaReader {
    /// Nil when there is no such table.
    /// - Throws: `StoreError` when the name belongs to something else.
    static func table(_ name: String, id: String, in database: Database) throws -> TableShape? {
        let sql =
            "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [name]) else { return nil }
        let type: String = row["type"]
        guard type == "table" else {
            throw StoreError(
                .schema,
                "\(name) is \(kind(type)), not an ordinary table: name the table that holds the rows under 'tables'")
        }
        let actual: String = row["name"]
        let columns = Set(
            try String.fetchAll(database, sql: "SELECT lower(name) FROM pragma_table_xinfo(?)", arguments: [actual]))
        let withoutRowID: Bool = row["wr"]
        let isStrict: Bool = row["strict"]
        let mandatory = Set(
            try String.fetchAll(
                database, sql: #"SELECT lower(name) FROM pragma_table_xinfo(?) WHERE "notnull""#, arguments: [actual]))
        let rowNumber = withoutRowID ? nil : freeRowID(columns)
        return TableShape(
            name: actual, columns: columns,
            locator: rowNumber ?? quoted(id), hasRowNumber: rowNumber != nil,
            indexes: try indexes(on: actual, in: database),
            hasChecks: try isStrict || hasChecks(actual, in: database), mandatory: mandatory,
            unique: try uniqueColumns(of: actual, in: database))
    }

    /// In words, what SQLite calls something that isn't a table (https://www.sqlite.org/pragma.html#pragma_table_list).
    private static func kind(_ type: String) -> String {
        switch type {
        case "virtual": "a virtual table"
        case "shadow": "a part of a virtual table"
        default: "a \(type)"
        }
    }

    /// All foreign keys of all tables.
    static func foreignKeys(in database: Database) throws -> [ForeignKeyShape] {
        let sql = """
            SELECT child.name AS child, key."from" AS child_column, key."table" AS parent, key."to" AS parent_column,
                   key.on_delete AS on_delete,
                   (SELECT count(*) FROM pragma_foreign_key_list(child.name) AS part WHERE part.id = key.id) AS width
            FROM pragma_table_list AS child, pragma_foreign_key_list(child.name) AS key
            WHERE child.schema = 'main' AND child.type = 'table' AND key.seq = 0
            """
        return try Row.fetchAll(database, sql: sql).map { row in
            let child: String = row["child"]
            let column: String = row["child_column"]
            let action: String = row["on_delete"]
            let onDelete: ForeignKeyShape.OnDelete =
                switch action {
                case "CASCADE": .cascade
                case "SET NULL", "SET DEFAULT": .setValue
                default: .refuse
                }
            return ForeignKeyShape(
                child: child, childColumn: column, parent: row["parent"], parentColumn: row["parent_column"],
                onDelete: onDelete, width: row["width"], isIndexed: try isIndexed(column, of: child, in: database))
        }
    }

    private static func isIndexed(_ column: String, of table: String, in database: Database) throws -> Bool {
        if try indexes(on: table, in: database).contains(where: {
            $0.leadingColumn?.lowercased() == column.lowercased() && !$0.isPartial
        }) {
            return true
        }
        // An INTEGER PRIMARY KEY is the row number itself and needs no index.
        let sql = "SELECT name FROM pragma_table_info(?) WHERE pk = 1 AND upper(type) = 'INTEGER'"
        return try String.fetchOne(database, sql: sql, arguments: [table])?.lowercased() == column.lowercased()
    }

    private static func indexes(on table: String, in database: Database) throws -> [IndexShape] {
        let sql = """
            SELECT list.name AS name, list.partial AS partial, first.name AS leading,
                   first.coll AS collation,
                   (SELECT count(*) FROM pragma_index_xinfo(list.name) WHERE key = 1) AS width
            FROM pragma_index_list(?) AS list, pragma_index_xinfo(list.name) AS first
            WHERE first.seqno = 0
            ORDER BY list.name
            """
        return try Row.fetchAll(database, sql: sql, arguments: [table]).map { row in
            IndexShape(
                name: row["name"], leadingColumn: row["leading"], isPartial: row["partial"],
                isBinary: row["collation"] == "BINARY", width: row["width"])
        }
    }

    /// Which of the three names of the hidden row number no column has taken.
    /// - Parameter columns: in lower case.
    static func freeRowID(_ columns: Set<String>) -> String? {
        ["rowid", "_rowid_", "oid"].first { !columns.contains($0) }
    }

    /// In lower case.
    static func tablesWithTriggers(in database: Database) throws -> Set<String> {
        Set(
            try String.fetchAll(
                database, sql: "SELECT DISTINCT lower(tbl_name) FROM sqlite_master WHERE type = 'trigger'"))
    }

    /// In lower case; a unique index on an expression counts for nothing here.
    private static func uniqueColumns(of table: String, in database: Database) throws -> Set<String> {
        let sql = """
            SELECT lower(part.name) FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS part
            WHERE list."unique" AND part.name IS NOT NULL
            """
        return Set(try String.fetchAll(database, sql: sql, arguments: [table]))
    }

    /// The column that is the whole primary key; nil where there is none, or several columns are.
    static func primaryKey(of table: String, in database: Database) throws -> String? {
        let columns = try String.fetchAll(
            database, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0", arguments: [table])
        return columns.count == 1 ? columns[0] : nil
    }

    private static func hasChecks(_ table: String, in database: Database) throws -> Bool {
        let definition = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"
        return try String.fetchOne(database, sql: definition, arguments: [table])?.uppercased().contains("CHECK")
            ?? false
    }
}
