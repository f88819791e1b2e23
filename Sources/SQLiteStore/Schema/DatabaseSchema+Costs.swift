import GRDB
import Sweeping

/// What makes rows dear to change, whatever is in them.
extension DatabaseSchema {
    /// - Returns: a sentence for each index that is missing and each trigger that runs; empty where there is nothing of the kind.
    func costs(of action: RowAction, on table: String, in database: Database) throws -> [String] {
        let indexes = unindexedKeys(of: action, on: table).map { key in
            "\(key.child).\(key.childColumn) refers to \(key.parent) and has no index, so all of \(key.child) is read"
        }
        return try indexes.sorted() + triggers(of: action, on: table, in: database)
    }

    /// Foreign keys that lead to rows which go, at any depth, and whose rows only a reading of their whole table finds.
    func unindexedKeys(of action: RowAction, on table: String) -> [ForeignKeyShape] {
        guard action == .delete else { return [] }
        let deleted = reachedByDeletion(from: table)
        return foreignKeys.filter { !$0.isIndexed && deleted.contains(SQLName($0.parent)) }
    }

    /// Triggers that may run with a row's change, in words.
    func triggers(of action: RowAction, on table: String, in database: Database) throws -> [String] {
        var changed: Set = [SQLName(table)]
        if action == .delete {
            changed = reachedByDeletion(from: table)
            changed.formUnion(foreignKeys.filter { changed.contains(SQLName($0.parent)) }.map { SQLName($0.child) })
        }
        let triggers = try Row.fetchAll(
            database, sql: "SELECT name, tbl_name AS owner FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        return triggers.compactMap { trigger in
            let owner: String = trigger["owner"]
            let name: String = trigger["name"]
            return changed.contains(SQLName(owner)) ? "the trigger \(name) on \(owner)" : nil
        }
    }
}
