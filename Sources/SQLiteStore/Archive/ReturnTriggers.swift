import CSQLite
import GRDB
import Sweeping
import Synchronization

/// What runs of the database's triggers while rows are put back: only what writes to virtual tables.
///
/// What they did to ordinary tables when the rows went is in the archive and comes back from there: run once more they would do it twice, or
/// make rows under the keys of those that are still to come. Only of virtual tables, such as full-text indexes, nobody keeps anything. So the
/// database's triggers are switched off, and for those of their statements that write to virtual tables this connection has temporary
/// triggers, which SQLite leaves on.
final class ReturnTriggers: Sendable {
    private struct Trigger {
        let name: String
        let table: String
        let definition: String
    }

    /// None where there are no virtual tables.
    private let triggers: [Trigger]
    private let areThere = Mutex(false)

    init(in database: Database) throws {
        // Those of views come first: what others write to a view may be for a virtual table.
        let sql = """
            SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'
                AND EXISTS (SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual')
            ORDER BY tbl_name COLLATE NOCASE NOT IN (SELECT name FROM sqlite_master WHERE type = 'view'), rowid
            """
        triggers = try Row.fetchAll(database, sql: sql).map { Trigger(name: $0[0], table: $0[1], definition: $0[2]) }
    }

    /// Makes the temporary triggers, where they aren't there. That takes its time, so it is better done before the lock is had.
    func make(in database: Database) throws {
        guard !areThere.withLock(\.self) else { return }
        // Of another schema, or of a transaction that was undone.
        let old = "SELECT name FROM sqlite_temp_master WHERE type = 'trigger'"
        for name in try String.fetchAll(database, sql: old) { try drop(name, in: database) }
        csqlite_set_off_triggers(database.sqliteConnection, 0)
        defer { csqlite_set_off_triggers(database.sqliteConnection, 1) }
        for trigger in triggers {
            guard let text = TriggerText(trigger.definition, in: database) else { continue }
            let probes = try probes(of: trigger.table, in: database)
            let before = ReturnTriggers.virtualWrites(of: probes, in: database)
            let needed = try text.statements.filter { statement in
                guard (try? database.execute(sql: text.doing([statement]).temporary)) != nil else { return false }
                let after = ReturnTriggers.virtualWrites(of: probes, in: database)
                try drop(trigger.name, in: database)
                return after > before
            }
            if !needed.isEmpty { try database.execute(sql: text.doing(needed).temporary) }
        }
        areThere.withLock { $0 = true }
    }

    /// The transaction in which they may have been made was undone.
    func forget() { areThere.withLock { $0 = false } }

    private func drop(_ name: String, in database: Database) throws {
        try database.execute(sql: "DROP TRIGGER temp.\(quoted(name))")
    }

    /// What is done to a table while rows come back; to a view, by other triggers, more.
    private func probes(of table: String, in database: Database) throws -> [String] {
        let name = quoted(table)
        let list = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0"
        let sets = try String.fetchAll(database, sql: list, arguments: [table]).map { "\(quoted($0)) = \(quoted($0))" }
        let isView = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = ? COLLATE NOCASE)"
        return ["INSERT INTO \(name) DEFAULT VALUES", "UPDATE \(name) SET \(sets.joined(separator: ", "))"]
            + (try Bool.fetchOne(database, sql: isView, arguments: [table]) == true ? ["DELETE FROM \(name)"] : [])
    }

    /// How often statements do so at any depth: SQLite lists the programs of its triggers with its own. What doesn't compile doesn't run.
    private static func virtualWrites(of statements: [String], in database: Database) -> Int {
        statements.reduce(0) { sum, sql in
            let steps = try? String.fetchAll(database, sql: "EXPLAIN " + sql, adapter: RangeRowAdapter(1..<2))
            return sum + (steps?.count { $0 == "VUpdate" } ?? 0)
        }
    }
}
