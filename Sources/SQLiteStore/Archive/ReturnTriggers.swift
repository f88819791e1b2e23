import CSQLite
import GRDB
import Sweeping
import Synchronization

/// Whether the database's triggers run while a table's rows are put back.
///
/// What they did to ordinary tables when the rows went is in the archive and comes back from there: run once more they would do it twice, or
/// make rows under the keys of those that are still to come. Only of virtual tables, such as full-text indexes, nobody keeps anything: where
/// triggers write to those, they run.
final class ReturnTriggers: Sendable {
    /// Whether there are both virtual tables and triggers, so that it has to be found out.
    private let mayBeNeeded: Bool
    private let known = Mutex<[SQLName: Bool]>([:])

    init(in database: Database) throws {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')
                AND EXISTS (SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual')
            """
        mayBeNeeded = try Bool.fetchOne(database, sql: sql) ?? false
    }

    /// - Parameter columns: of the table, those that a row is put back into.
    func areNeeded(for table: String, _ columns: [String], in database: Database) throws -> Bool {
        guard mayBeNeeded, !columns.isEmpty else { return false }
        let name = SQLName(table)
        if let known = known.withLock({ $0[name] }) { return known }
        csqlite_set_off_triggers(database.sqliteConnection, 1)
        let sets = columns.map { "\(quoted($0)) = \(quoted($0))" }.joined(separator: ", ")
        let statements = ["INSERT INTO \(quoted(table)) DEFAULT VALUES", "UPDATE \(quoted(table)) SET \(sets)"]
        let found = statements.contains { ReturnTriggers.writesVirtualTable($0, in: database) }
        known.withLock { $0[name] = found }
        return found
    }

    /// Whether a statement does so at any depth: SQLite lists the programs of its triggers with its own. What doesn't compile doesn't run.
    private static func writesVirtualTable(_ sql: String, in database: Database) -> Bool {
        let steps = try? String.fetchAll(
            database, sql: "EXPLAIN " + sql, adapter: RangeRowAdapter(1..<2))
        return steps?.contains("VUpdate") ?? false
    }
}
