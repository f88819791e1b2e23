import GRDB
import Sweeping

/// Reads tables' shapes from the database itself.
enum SchemaReader {
    /// Nil when there is no such table.
    /// - Throws: `StoreError` when the name belongs to something else.
    static func table(_ name: String, in database: Database) throws -> TableShape? {
        // SQLite's NOCASE folds the letters A to Z, as names are compared.
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
        let columns = try Row.fetchAll(
            database, sql: #"SELECT name, "notnull" AS mandatory, pk FROM pragma_table_xinfo(?)"#, arguments: [actual])
        let mandatory = columns.filter { $0["mandatory"] as Bool }.map { SQLName($0["name"] as String) }
        let inKey = columns.filter { ($0["pk"] as Int) > 0 }
        let primaryKey = inKey.sorted { ($0["pk"] as Int) < ($1["pk"] as Int) }.map { $0["name"] as String }
        let names = Set(columns.map { SQLName($0["name"] as String) })
        let indexes = try indexes(on: actual, in: database)
        let withoutRowID: Bool = row["wr"]
        let isStrict: Bool = row["strict"]
        let rowNumber = withoutRowID ? nil : freeRowID(names)
        return TableShape(
            name: actual, columns: names,
            uniqueLocator: rowNumber.map { RowLocator([$0]) }
                ?? locator(of: primaryKey, indexes, mandatory: Set(mandatory)),
            hasRowNumber: rowNumber != nil,
            primaryKey: primaryKey, indexes: indexes, hasChecks: try isStrict || hasChecks(actual, in: database),
            mandatory: Set(mandatory), hasGenerated: try hasGenerated(actual, in: database))
    }

    /// What names each row of a table whose row numbers aren't to be had.
    private static func locator(of primaryKey: [String], _ indexes: [IndexShape], mandatory: Set<SQLName>)
        -> RowLocator?
    {
        if primaryKey.count == 1, mandatory.contains(SQLName(primaryKey[0])) {
            return RowLocator([quoted(primaryKey[0])])
        }
        for index in indexes where index.isUnique && !index.isPartial && index.width == 1 {
            guard let column = index.leadingColumn, mandatory.contains(SQLName(column)) else { continue }
            // What is unique in the index's order needn't be in the column's.
            return RowLocator(["\(quoted(column)) COLLATE \(quoted(index.parts[0].collation))"])
        }
        if primaryKey.count > 1, primaryKey.allSatisfy({ mandatory.contains(SQLName($0)) }) {
            return RowLocator(primaryKey.map { quoted($0) })
        }
        return nil
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
            SELECT child.name AS child, key.id AS number, key."from" AS child_column, key."table" AS parent, key."to" AS parent_column,
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
                child: child, number: row["number"], childColumn: column, parent: row["parent"],
                parentColumn: row["parent_column"], onDelete: onDelete, width: row["width"],
                isIndexed: try isIndexed(column, of: child, in: database))
        }
    }

    private static func isIndexed(_ column: String, of table: String, in database: Database) throws -> Bool {
        let indexes = try indexes(on: table, in: database)
        if indexes.contains(where: { $0.leadingColumn?.names(column) == true && !$0.isPartial }) { return true }
        // An INTEGER PRIMARY KEY is the row number itself and needs no index.
        let sql = "SELECT name FROM pragma_table_info(?) WHERE pk = 1 AND upper(type) = 'INTEGER'"
        return try String.fetchOne(database, sql: sql, arguments: [table])?.names(column) == true
    }

    private static func indexes(on table: String, in database: Database) throws -> [IndexShape] {
        let sql = """
            SELECT list.name AS name, list.partial AS partial, list."unique" AS is_unique, part.name AS column,
                   part.coll AS collation
            FROM pragma_index_list(?) AS list, pragma_index_xinfo(list.name) AS part
            WHERE part.key = 1
            ORDER BY list.name, part.seqno
            """
        let rows = try Row.fetchAll(database, sql: sql, arguments: [table])
        var indexes: [(shape: Row, parts: [IndexShape.Part])] = []
        for row in rows {
            let name: String = row["name"]
            if indexes.last.map({ ($0.shape["name"] as String).isSame(as: name) }) != true { indexes.append((row, [])) }
            indexes[indexes.count - 1].parts.append(.init(column: row["column"], collation: row["collation"]))
        }
        return indexes.map {
            IndexShape(
                name: $0.shape["name"], parts: $0.parts, isPartial: $0.shape["partial"], isUnique: $0.shape["is_unique"]
            )
        }
    }

    static func columns(of table: String, in database: Database) throws -> [TableFacts.Column] {
        let sql = "SELECT name, type FROM pragma_table_xinfo(?) ORDER BY cid"
        return try Row.fetchAll(database, sql: sql, arguments: [table]).map {
            TableFacts.Column($0["name"], $0["type"])
        }
    }

    /// Which of the three names of the hidden row number no column has taken.
    static func freeRowID(_ columns: Set<SQLName>) -> String? {
        ["rowid", "_rowid_", "oid"].first { !columns.contains(SQLName($0)) }
    }

    /// - Parameter condition: on SQLite's own list of tables.
    static func tables(where condition: String, in database: Database) throws -> Set<SQLName> {
        let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND \(condition)"
        return Set(try String.fetchAll(database, sql: sql).map { SQLName($0) })
    }

    static func triggers(in database: Database) throws -> [(name: String, table: SQLName, definition: String)] {
        let sql = "SELECT name, tbl_name AS parent, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        return try Row.fetchAll(database, sql: sql).map { ($0["name"], SQLName($0["parent"] as String), $0["sql"]) }
    }

    static func tablesWithTriggers(in database: Database) throws -> Set<SQLName> {
        let sql = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        return Set(try String.fetchAll(database, sql: sql).map { SQLName($0) })
    }

    private static func hasGenerated(_ table: String, in database: Database) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_xinfo(?) WHERE hidden > 1)"
        return try Bool.fetchOne(database, sql: sql, arguments: [table]) ?? false
    }

    /// Which columns a foreign key compares: the child's, and the parent's.
    static func columns(of key: ForeignKeyShape, in database: Database) throws -> [(child: String, parent: String)] {
        let sql = """
            SELECT part."from" AS child, coalesce(part."to", own.name) AS parent
            FROM pragma_foreign_key_list(?) AS part LEFT JOIN pragma_table_info(?) AS own ON own.pk = part.seq + 1
            WHERE part.id = ? ORDER BY part.seq
            """
        return try Row.fetchAll(database, sql: sql, arguments: [key.child, key.parent, key.number])
            .compactMap { row in
                guard let parent: String = row["parent"] else { return nil }
                return (row["child"], parent)
            }
    }

    private static func hasChecks(_ table: String, in database: Database) throws -> Bool {
        let definition = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"
        return try String.fetchOne(database, sql: definition, arguments: [table])?.uppercased().contains("CHECK")
            ?? false
    }
}
