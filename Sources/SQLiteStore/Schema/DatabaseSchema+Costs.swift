import GRDB
import Sweeping

/// What makes rows dear to change, whatever is in them.
extension DatabaseSchema {
    /// - Returns: a sentence for each index that is missing and each trigger that runs; empty where there is nothing of the kind.
    func costs(of action: RowAction, on table: String, in database: Database) throws -> [String] {
        var changed: Set = [SQLName(table)]
        var causes: [String] = []
        if action == .delete {
            let deleted = deleted(with: table)
            let keys = foreignKeys.filter { deleted.contains(SQLName($0.parent)) }
            causes = keys.filter { !$0.isIndexed }.map { key in
                "\(key.child).\(key.childColumn) refers to \(key.parent) and has no index, so all of \(key.child) is read"
            }
            causes.sort()
            changed = deleted.union(keys.map { SQLName($0.child) })
        }
        let triggers = try Row.fetchAll(
            database, sql: "SELECT name, tbl_name AS owner FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        for trigger in triggers {
            let owner: String = trigger["owner"]
            let name: String = trigger["name"]
            if changed.contains(SQLName(owner)) { causes.append("the trigger \(name) on \(owner)") }
        }
        return causes
    }

    /// The tables whose rows may go with a row of this one; it is one of them.
    private func deleted(with table: String) -> Set<SQLName> {
        var found: Set<SQLName> = []
        var open = [SQLName(table)]
        while let parent = open.popLast() {
            guard found.insert(parent).inserted else { continue }
            for key in keys(onto: parent.description) {
                if case .cascade = key.onDelete { open.append(SQLName(key.child)) }
            }
        }
        return found
    }
}
