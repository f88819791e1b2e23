import GRDB
import Sweeping

/// What SQLite has in a column that was added to a table after its rows: they lack it, and whoever reads them gets its default.
struct AddedColumns {
    let table: String
    let withoutRowID: Bool
    let isStrict: Bool
    let keyWidth: Int
    let columns: [ArchivedTable.Column]
    let form: TextForm

    /// What a row has that lacks the columns, by their places; none for NULL.
    ///
    /// Only SQLite itself knows: a default by itself isn't what a reader gets, and SQLite's own list of columns has it without the brackets
    /// that make it valid. So it is asked for a row of the least columns that a row may have, below the table's own definition.
    /// - Returns: nil where that can't be found out.
    func values(in database: Database) throws -> [Int: Value]? {
        let definition = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
        guard let definition = try String.fetchOne(database, sql: definition, arguments: [table]) else { return nil }
        let scratch = try DatabaseQueue()
        return try? scratch.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA encoding = '\(form.encoding.rawValue)'")
            try makeShortRow(in: database)
            try database.execute(sql: "PRAGMA writable_schema = ON")
            try database.execute(
                sql: "UPDATE sqlite_master SET sql = ? WHERE name = ?", arguments: [definition, table])
            try database.execute(sql: "PRAGMA writable_schema = RESET")
            return try read(in: database)
        }
    }

    /// Makes the table with the columns that no row can lack: the first, or the key where the rows have no number.
    private func makeShortRow(in database: Database) throws {
        let width = withoutRowID ? keyWidth : 1
        let names = (0..<width).map { "c\($0)" }.joined(separator: ", ")
        let values = Array(repeating: "0", count: width).joined(separator: ", ")
        let definition = withoutRowID ? "(\(names), PRIMARY KEY (\(names))) WITHOUT ROWID" : "(\(names))"
        try database.execute(sql: "CREATE TABLE \(quoted(table)) \(definition)")
        try database.execute(sql: "INSERT INTO \(quoted(table)) VALUES (\(values))")
    }

    private func read(in database: Database) throws -> [Int: Value] {
        let list = columns.map { form.reading("row.\(quoted($0.name))") }.joined(separator: ", ")
        // The table's indexes aren't there.
        let sql = "SELECT \(list) FROM \(quoted(table)) AS row NOT INDEXED"
        var values: [Int: Value] = [:]
        try BoundStatement(cached: sql, in: database).forEach { row in
            for place in columns.indices {
                let value = form.value(row, at: place * form.width, upTo: .max)
                if !value.isNull { values[place] = value }
            }
            return false
        }
        for (place, value) in values { values[place] = try storable(value, place, in: database) }
        return values
    }

    /// The same as far as it can be written: SQLite reads `TEXT DEFAULT true` as a number, which no statement gets into that column.
    private func storable(_ value: Value, _ place: Int, in database: Database) throws -> Value {
        let name = quoted("\(table) \(place)")
        try database.execute(
            sql: "CREATE TABLE \(name) (c \(columns[place].type)) \(isStrict ? "STRICT" : "")")
        try BoundStatement(cached: "INSERT INTO \(name) VALUES (\(form.operand))", in: database)
            .execute(form.arguments(value))
        var stored = value
        try BoundStatement(cached: "SELECT \(form.reading("c")) FROM \(name)", in: database).forEach { row in
            stored = form.value(row, at: 0, upTo: .max)
            return false
        }
        return stored
    }
}
