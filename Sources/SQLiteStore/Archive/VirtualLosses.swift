import GRDB

/// Virtual tables, such as full-text indexes, of which triggers take rows when others go, while none gives them any when those come.
enum VirtualLosses {
    /// - Returns: their names, by that of the table inside each that has one row for each of its own.
    static func tables(in database: Database) throws -> [String: String] {
        let list = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'"
        let virtual = try String.fetchAll(database, sql: list)
        guard !virtual.isEmpty else { return [:] }
        let owners = try String.fetchAll(
            database, sql: "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        let taken = Set(owners.flatMap { written(by: "DELETE FROM \(quoted($0))", database) })
        let given = Set(owners.flatMap { written(by: "INSERT INTO \(quoted($0)) DEFAULT VALUES", database) })
        var tables: [String: String] = [:]
        for name in virtual {
            let own = Set(written(by: "DELETE FROM \(quoted(name))", database))
            guard !own.isDisjoint(with: taken.subtracting(given)) else { continue }
            let inside = """
                SELECT name FROM sqlite_master WHERE type = 'table'
                    AND name COLLATE NOCASE IN (?1 || '_content', ?1 || '_docsize', ?1 || '_rowid') ORDER BY name
                """
            if let found = try String.fetchOne(database, sql: inside, arguments: [name]) { tables[found] = name }
        }
        return tables
    }

    /// The virtual tables that a statement writes to at any depth, each by what SQLite calls it on this connection.
    private static func written(by sql: String, _ database: Database) -> [String] {
        let steps = (try? Row.fetchAll(database, sql: "EXPLAIN " + sql)) ?? []
        return steps.compactMap { ($0["opcode"] as String) == "VUpdate" ? $0["p4"] : nil }
    }
}
