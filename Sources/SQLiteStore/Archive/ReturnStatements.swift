import GRDB
import Sweeping

/// The statements that look for a table's rows and put them back.
struct ReturnStatements {
    let archived: ArchivedTable
    /// Why no row of the table can be put back; nil where they can.
    let trouble: String?
    private let form: TextForm
    private let columns: [String]
    /// A name of the hidden row number; nil where the rows have none of their own.
    private let number: String?
    private let name: String
    private let unique: [UniqueColumns]

    /// - Parameter unique: what no two rows may have alike, where it is asked for.
    init(_ archived: ArchivedTable, _ table: KeptTable?, _ form: TextForm, unique: [UniqueColumns]) throws {
        self.archived = archived
        self.form = form
        self.unique = unique
        name = archived.table.name
        columns = archived.columns.map(\.name)
        let present = table?.archived.columns.map { SQLName($0.name) } ?? []
        let missing = columns.first { !present.contains(SQLName($0)) }
        number =
            table?.isNumbered == true
            ? SchemaReader.freeRowID(Set(present)) : nil
        trouble =
            table == nil
            ? "there is no table \(archived.table) any more"
            : missing.map { "table \(archived.table) has no column \($0) any more" }
                ?? (archived.textEncoding == form.encoding.rawValue
                    ? nil
                    : "the database keeps text as \(form.encoding.rawValue) now, and not as \(archived.textEncoding)")
    }

    /// What has the row's name now; nil where nothing has.
    func find(_ row: ArchivedRow, in database: Database) throws -> [Value]? {
        let (condition, arguments) = identity(of: row)
        let list = columns.map { form.reading("row.\(quoted($0))") }.joined(separator: ", ")
        let sql = "SELECT \(list) FROM \(quoted(name)) AS row WHERE \(condition)"
        var found: [Value]?
        try BoundStatement(cached: sql, in: database).forEach(arguments) { result in
            found = columns.indices.map { form.value(result, at: $0 * form.width, upTo: .max) }
            return false
        }
        return found
    }

    /// Whether another row has what must be unique.
    func isTaken(_ row: ArchivedRow, in database: Database) throws -> Bool {
        try unique.contains { unique in
            let places = unique.columns.compactMap { column in
                columns.firstIndex { SQLName($0) == SQLName(column.name) }.map { ($0, column.collation) }
            }
            // Rows with a NULL there are never alike.
            guard places.count == unique.columns.count, places.allSatisfy({ !row.values[$0.0].isNull }) else {
                return false
            }
            let condition = places.map {
                "row.\(quoted(columns[$0.0])) COLLATE \(quoted($0.1)) = \(form.operand)"
            }
            let sql = "SELECT 1 FROM \(quoted(name)) AS row WHERE \(condition.joined(separator: " AND "))"
            var isTaken = false
            try BoundStatement(cached: sql, in: database).forEach(places.flatMap { form.arguments(row.values[$0.0]) }) {
                _ in
                isTaken = true
                return false
            }
            return isTaken
        }
    }

    func insert(_ row: ArchivedRow, in database: Database) throws {
        guard let number, let old = row.number else { return try insert(row.values, numbered: nil, in: database) }
        do {
            try insert(row.values, numbered: (number, old), in: database)
        } catch let error as DatabaseError
            where error.extendedResultCode == .SQLITE_CONSTRAINT_ROWID && !archived.key.isEmpty
        {
            // The number is another row's by now; the key is what names this one.
            try insert(row.values, numbered: nil, in: database)
        }
    }

    private func insert(_ values: [Value], numbered: (name: String, number: Int64)?, in database: Database) throws {
        let names = (numbered.map { [$0.name] } ?? []) + columns.map { quoted($0) }
        let marks = (numbered == nil ? [] : ["?"]) + columns.map { _ in form.operand }
        let sql =
            "INSERT INTO \(quoted(name)) (\(names.joined(separator: ", "))) VALUES (\(marks.joined(separator: ", ")))"
        let statement = try BoundStatement(cached: sql, in: database)
        defer { statement.clear() }
        try statement.execute(
            numbered.map { [.integer($0.number)] } ?? [], values.flatMap(form.arguments))
    }

    /// Sets what differs.
    func update(_ row: ArchivedRow, from now: [Value], in database: Database) throws {
        let places = columns.indices.filter { !now[$0].isIdentical(to: row.values[$0]) }
        var named = row
        named.values = now
        let (condition, arguments) = identity(of: named)
        let sets = places.map { "\(quoted(columns[$0])) = \(form.operand)" }.joined(separator: ", ")
        let sql = "UPDATE \(quoted(name)) AS row SET \(sets) WHERE \(condition)"
        let statement = try BoundStatement(cached: sql, in: database)
        defer { statement.clear() }
        try statement.execute(places.flatMap { form.arguments(row.values[$0]) }, arguments)
    }

    /// What names the row, and what is bound to it. A key with a NULL in it names no single row; where columns have taken all names of the
    /// row number, all that the row is names it.
    private func identity(of row: ArchivedRow) -> (condition: String, arguments: [Value]) {
        // Of a row that was changed, the name that it has now.
        var values = row.values
        if case .changed(let new) = row.fate { values = new }
        var places = archived.key
        if places.isEmpty || places.contains(where: { values[$0].isNull }) {
            if let number, let own = row.number { return ("row.\(number) = ?", [.integer(own)]) }
            if row.number != nil { places = Array(columns.indices) }
        }
        let condition = places.map { "row.\(quoted(columns[$0])) IS \(form.operand)" }.joined(separator: " AND ")
        return (condition, places.flatMap { form.arguments(values[$0]) })
    }
}

/// Columns of a table in which no two rows may have the same.
struct UniqueColumns {
    let columns: [(name: String, collation: String)]

    /// Those of indexes that have every row, and no expressions: of the others only writing tells.
    static func all(of table: String, in database: Database) throws -> [UniqueColumns] {
        let indexes = try String.fetchAll(
            database, sql: "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND NOT partial", arguments: [table])
        return try indexes.compactMap { index in
            let rows = try Row.fetchAll(
                database, sql: "SELECT cid, name, coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno",
                arguments: [index])
            guard rows.allSatisfy({ ($0["cid"] as Int) >= 0 }) else { return nil }
            return UniqueColumns(columns: rows.map { ($0["name"], $0["coll"]) })
        }
    }
}
