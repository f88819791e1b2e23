import GRDB
import Sweeping

/// A table whose rows are kept in the archive, and how SQLite numbers its columns before a change.
struct KeptTable: Sendable {
    let archived: ArchivedTable
    /// For each archived column its number among all columns of the table, and among those that are stored.
    let places: [(declared: CInt, stored: CInt)]
    /// The archived column that is the row number itself; nil where none is.
    let numberColumn: Int?
    /// Columns whose whole numbers are reals.
    let reals: Set<Int>
    /// What a row has in columns that were added after it, none for NULL; nil where that can't be found out.
    let added: [Int: Value]?
    let hasRowNumber: Bool
    /// Whether its text is in one of UTF-16's forms.
    let isWide: Bool
    /// How many columns there are, those that are computed when they are read included.
    let width: Int

    /// Whether the row number is one of the columns, or not there.
    var isNumbered: Bool { hasRowNumber && numberColumn == nil }
}

/// The ordinary tables of a database, by name.
struct KeptTables: Sendable {
    /// SQLite's count of the schema's changes when they were read.
    let schemaVersion: Int64
    private let tables: [SQLName: KeptTable]
    /// Tables whose rows are another one's inside, or SQLite's own.
    private let passed: Set<SQLName>
    let triggers: ReturnTriggers
    /// What nothing puts back into virtual tables: these, by the table inside them that has one row for each of theirs.
    let lost: [String: String]

    init(in database: Database) throws {
        schemaVersion = try ChildRows.schemaVersion(database)
        triggers = try ReturnTriggers(in: database)
        lost = try VirtualLosses.tables(in: database)
        let form = try TextForm(database)
        let sql = "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'"
        var tables: [SQLName: KeptTable] = [:]
        var passed: Set<SQLName> = []
        for row in try Row.fetchAll(database, sql: sql) {
            let name: String = row["name"]
            if (row["type"] as String) == "table", !name.lowercased().hasPrefix("sqlite_") {
                tables[SQLName(name)] = try KeptTables.table(
                    name, withoutRowID: row["wr"], isStrict: row["strict"], form: form, in: database)
            } else {
                passed.insert(SQLName(name))
            }
        }
        self.tables = tables
        self.passed = passed
    }

    subscript(name: String) -> KeptTable? { tables[SQLName(name)] }
    subscript(name: SQLName) -> KeptTable? { tables[name] }

    /// Whether nobody has to keep the table's rows.
    func passes(_ name: String) -> Bool { passed.contains(SQLName(name)) }

    private static func table(
        _ name: String, withoutRowID: Bool, isStrict: Bool, form: TextForm, in database: Database
    ) throws -> KeptTable {
        let sql = "SELECT cid, name, type, dflt_value AS standard, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid"
        let rows = try Row.fetchAll(database, sql: sql, arguments: [name])
        var columns: [ArchivedTable.Column] = []
        var places: [(declared: CInt, stored: CInt)] = []
        var key: [(order: Int, place: Int)] = []
        var reals: Set<Int> = []
        var haveDefaults = false
        var stored: CInt = 0
        for row in rows {
            let hidden: Int = row["hidden"]
            // Computed whenever it is read.
            if hidden == 2 { continue }
            defer { stored += 1 }
            // Computed when it is written: a row that is put back computes it again.
            if hidden == 3 { continue }
            let type: String = row["type"]
            let place = columns.count
            columns.append(ArchivedTable.Column(row["name"], type))
            places.append((CInt(row["cid"] as Int), stored))
            if isReal(type) { reals.insert(place) }
            if (row["pk"] as Int) > 0 { key.append((row["pk"], place)) }
            if (row["standard"] as String?) != nil { haveDefaults = true }
        }
        let numberColumn =
            !withoutRowID && key.count == 1 && columns[key[0].place].type.uppercased() == "INTEGER"
            ? key[0].place : nil
        let added = AddedColumns(
            table: name, withoutRowID: withoutRowID, isStrict: isStrict, keyWidth: key.count, columns: columns,
            form: form)
        return KeptTable(
            archived: ArchivedTable(
                TableReference(name), columns: columns, key: key.sorted { $0.order < $1.order }.map(\.place),
                textEncoding: form.encoding.rawValue),
            places: places,
            numberColumn: try numberColumn.flatMap { try isRowNumber($0, columns, of: name, in: database) ? $0 : nil },
            reals: reals, added: haveDefaults ? try added.values(in: database) : [:],
            hasRowNumber: !withoutRowID, isWide: form.encoding != .utf8, width: rows.count)
    }

    /// `INTEGER PRIMARY KEY DESC` isn't the row number, for history's sake: then the table has an index for its key.
    private static func isRowNumber(
        _ place: Int, _ columns: [ArchivedTable.Column], of table: String, in database: Database
    )
        throws -> Bool
    {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk')"
        return try Bool.fetchOne(database, sql: sql, arguments: [table]) ?? false
    }

    /// Whether SQLite makes reals of whole numbers in a column of this type (https://sqlite.org/datatype3.html, section 3.1).
    private static func isReal(_ type: String) -> Bool {
        let type = type.uppercased()
        return !["INT", "CHAR", "CLOB", "TEXT", "BLOB"].contains(where: type.contains)
            && ["REAL", "FLOA", "DOUB"].contains(where: type.contains)
    }
}
