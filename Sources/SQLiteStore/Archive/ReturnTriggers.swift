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
        let isOfView: Bool
    }

    /// Of how many tables statements write to at any depth, since SQLite lists the programs of its triggers with their own.
    private struct Writes {
        var virtual = 0
        var ordinary = 0
    }

    /// None where there are no virtual tables.
    private let triggers: [Trigger]
    private let areThere = Mutex(false)

    init(in database: Database) throws {
        let sql = """
            SELECT name, tbl_name, sql,
                EXISTS (SELECT 1 FROM sqlite_master AS view WHERE type = 'view' AND name = own.tbl_name COLLATE NOCASE)
            FROM sqlite_master AS own WHERE type = 'trigger'
                AND EXISTS (SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual')
            ORDER BY rowid
            """
        triggers = try Row.fetchAll(database, sql: sql).map {
            Trigger(name: $0[0], table: $0[1], definition: $0[2], isOfView: $0[3])
        }
    }

    /// Makes the temporary triggers, where they aren't there. That takes its time, so it is better done before the lock is had.
    func make(in database: Database) throws {
        guard !areThere.withLock(\.self) else { return }
        // Of another schema, or of a transaction that was undone.
        let old = "SELECT name FROM sqlite_temp_master WHERE type = 'trigger'"
        for name in try String.fetchAll(database, sql: old) { try drop(name, in: database) }
        csqlite_set_off_triggers(database.sqliteConnection, 0)
        defer { csqlite_set_off_triggers(database.sqliteConnection, 1) }
        // What is written to a view may be for a virtual table, also by way of another view.
        var count = 0
        var before: Int
        repeat {
            before = count
            count = try triggers.filter(\.isOfView).reduce(0) { try $0 + make($1, in: database) }
        } while count > before
        for trigger in triggers where !trigger.isOfView { _ = try make(trigger, in: database) }
        areThere.withLock { $0 = true }
    }

    /// The transaction in which they may have been made was undone.
    func forget() { areThere.withLock { $0 = false } }

    /// - Returns: how many statements the temporary trigger has; 0 where there is none.
    private func make(_ trigger: Trigger, in database: Database) throws -> Int {
        try database.execute(sql: "DROP TRIGGER IF EXISTS temp.\(quoted(trigger.name))")
        guard let text = TriggerText(trigger.definition, in: database) else { return 0 }
        let probes = try probes(of: trigger, in: database)
        func writes(doing statement: String) throws -> Writes? {
            guard (try? database.execute(sql: text.doing([statement]).temporary)) != nil else { return nil }
            defer { try? drop(trigger.name, in: database) }
            return ReturnTriggers.writes(of: probes, in: database)
        }
        guard let none = try writes(doing: "SELECT 1") else { return 0 }
        let needed = try text.statements.filter { statement in
            // What goes on to write to an ordinary table would make the rows of that once more.
            try writes(doing: statement).map { $0.virtual > none.virtual && $0.ordinary == none.ordinary } ?? false
        }
        if !needed.isEmpty { try database.execute(sql: text.doing(needed).temporary) }
        return needed.count
    }

    private func drop(_ name: String, in database: Database) throws {
        try database.execute(sql: "DROP TRIGGER temp.\(quoted(name))")
    }

    /// What is done to a table while rows come back; to a view, by other triggers, more.
    private func probes(of trigger: Trigger, in database: Database) throws -> [String] {
        let name = quoted(trigger.table)
        let list = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0"
        let sets = try String.fetchAll(database, sql: list, arguments: [trigger.table])
            .map { "\(quoted($0)) = \(quoted($0))" }
        return ["INSERT INTO \(name) DEFAULT VALUES", "UPDATE \(name) SET \(sets.joined(separator: ", "))"]
            + (trigger.isOfView ? ["DELETE FROM \(name)"] : [])
    }

    /// What doesn't compile doesn't run.
    private static func writes(of statements: [String], in database: Database) -> Writes {
        statements.reduce(into: Writes()) { writes, sql in
            let steps = (try? String.fetchAll(database, sql: "EXPLAIN " + sql, adapter: RangeRowAdapter(1..<2))) ?? []
            writes.virtual += steps.count { $0 == "VUpdate" }
            writes.ordinary += steps.count { $0 == "OpenWrite" }
        }
    }
}
