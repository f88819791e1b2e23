import GRDB
import Sweeping

/// Looking at tables that nobody has named yet.
extension SQLiteSession {
    package func tables() async throws -> [TableReference] {
        try await perform { database in
            let sql = """
                SELECT name FROM pragma_table_list
                WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name
                """
            return try String.fetchAll(database, sql: sql).map { TableReference($0) }
        }
    }

    package func room() async throws -> StorageRoom? {
        try DiskRoom.of(file.folder).storage(for: "the database")
    }

    package func bytes(of table: TableReference) async throws -> Int64? {
        try await perform { database in
            let shape = try schema.table(table, in: database)
            let deadline = MonotonicTime.now() + .seconds(1)
            // A table of SQLite's own that not every build has; it reads the whole of what it measures.
            let sql = "SELECT sum(pgsize) FROM dbstat WHERE name = ? AND aggregate = TRUE"
            do {
                return try StopHandler { MonotonicTime.now() >= deadline }.guarding(database) {
                    let names = [shape.name] + shape.indexes.map(\.name)
                    return try names.reduce(0) { sum, name in
                        try sum + (Int64.fetchOne(database, sql: sql, arguments: [name]) ?? 0)
                    }
                }
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_ERROR || error.resultCode == .SQLITE_INTERRUPT
            {
                return nil
            }
        }
    }

    package func times(in column: ReadColumn, of table: TableReference) async throws -> ColumnTimes? {
        try await perform { database in
            guard let samples = try times.samples(of: ColumnReference(table, column.name), schema, in: database) else {
                return nil
            }
            let reader = column.reading.applied(to: samples.reader)
            let oldest = try ColumnSamples.oldest(
                column.name, of: schema.table(table, in: database), form: schema.form, in: database)
            let found = (samples.values + oldest).compactMap {
                if case .at(let time) = reader.time($0) { time } else { nil }
            }
            guard !found.isEmpty else { return nil }
            return ColumnTimes(format: reader.format, oldest: found.min(), newest: found.max())
        }
    }
}
