import GRDB

/// The statements on the table of facts.
enum FactRows {
    static func find(_ name: String, database: String, in connection: Database) throws -> String? {
        let sql = "SELECT value FROM fact WHERE database = ? AND name = ?"
        return try Row.fetchOne(connection, sql: sql, arguments: [database, name])?.text("value")
    }

    static func store(_ value: String, as name: String, database: String, in connection: Database) throws {
        let sql = """
            INSERT INTO fact (database, name, value) VALUES (?, ?, ?)
            ON CONFLICT (database, name) DO UPDATE SET value = excluded.value
            """
        try connection.execute(sql: sql, arguments: [database, name, value])
    }

    static func delete(_ name: String, database: String, in connection: Database) throws {
        let sql = "DELETE FROM fact WHERE database = ? AND name = ?"
        try connection.execute(sql: sql, arguments: [database, name])
    }
}
