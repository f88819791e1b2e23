import GRDB
import Sweeping
import Synchronization

/// The tables as they are in the file, each read once a session.
final class DatabaseSchema: Sendable {
    /// What the file has under a table's name.
    private enum Entry: Sendable {
        case table(TableShape)
        case missing
        /// Something that is no table, and why it is no use.
        case unusable(StoreError)
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var children: [String: ChildRows?] = [:]
    }

    let foreignKeys: [ForeignKeyShape]
    /// Names, in lower case, of the tables that have triggers.
    private let triggered: Set<String>
    /// SQLite's own count of the schema's changes, from before anything was read.
    let version: Int64
    private let state = Mutex(State())

    init(_ database: Database) throws {
        version = try ChildRows.schemaVersion(database)
        foreignKeys = try SchemaReader.foreignKeys(in: database)
        triggered = try SchemaReader.tablesWithTriggers(in: database)
    }

    /// - Parameter id: the column that names its rows where they have no row number.
    /// - Throws: `StoreError` when there is no such table.
    func table(_ table: TableReference, id: String, in database: Database) throws -> TableShape {
        switch try entry(table, id: id, in: database) {
        case .table(let shape): return shape
        case .missing: throw StoreError(.schema, "there is no table \(table)")
        case .unusable(let error): throw error
        }
    }

    /// - Throws: `StoreError` that names every table and column that isn't there.
    func require(_ needs: [TableNeed], in database: Database) throws {
        var missing: [String] = []
        for need in needs {
            let shape: TableShape
            do {
                shape = try table(need.table, id: need.columns.first ?? "", in: database)
            } catch let error as StoreError where error.code == .schema {
                missing.append(error.message)
                continue
            }
            let absent = need.columns.filter { !shape.has($0) }
            if !absent.isEmpty {
                let word = absent.count == 1 ? "column" : "columns"
                missing.append("table \(need.table) has no \(word) \(absent.joined(separator: ", "))")
            }
        }
        guard missing.isEmpty else { throw StoreError(.schema, missing.joined(separator: "; ")) }
    }

    /// What goes with a table's deleted rows once a batch; nil where SQLite's own cascade is the way.
    func children(of table: TableShape, id: String, in database: Database) throws -> ChildRows? {
        let name = table.name.lowercased()
        if let known = state.withLock({ $0.children[name] }) { return known }
        let found = try ChildRows.find(of: table, id: id, self, asOf: version, in: database)
        state.withLock { $0.children[name] = found }
        return found
    }

    /// Foreign keys that lead to a table.
    func keys(onto table: String) -> [ForeignKeyShape] {
        foreignKeys.filter { $0.parent.lowercased() == table.lowercased() }
    }

    /// The keys by which deleting a row of `parent` takes rows of `child` along.
    func cascades(from child: String, onto parent: String) -> [ForeignKeyShape] {
        keys(onto: parent).filter { key in
            guard case .cascade = key.onDelete else { return false }
            return key.child.lowercased() == child.lowercased()
        }
    }

    /// Whether the database may refuse what is done to a row, so that only trying tells.
    func mayRefuse(_ action: RowAction, on table: TableShape) -> Bool {
        switch action {
        case .delete: mayRefuseDeletion(from: table)
        case .update(let writes): mayRefuse(writes, on: table)
        }
    }

    private func mayRefuse(_ writes: [ColumnWrite], on table: TableShape) -> Bool {
        if table.hasChecks || triggered.contains(table.name.lowercased()) { return true }
        let clears = writes.contains {
            $0.source == .chosen(mayBeNull: true) && table.mandatory.contains($0.column.lowercased())
        }
        if clears { return true }
        let written = Set(writes.map { $0.column.lowercased() })
        return !table.unique.isDisjoint(with: written)
            || foreignKeys.contains {
                $0.child.lowercased() == table.name.lowercased() && written.contains($0.childColumn.lowercased())
            }
    }

    private func mayRefuseDeletion(from table: TableShape) -> Bool {
        var reached: Set<String> = []
        var open = [table.name.lowercased()]
        while let parent = open.popLast() {
            guard reached.insert(parent).inserted else { continue }
            if triggered.contains(parent) { return true }
            for key in foreignKeys where key.parent.lowercased() == parent {
                guard case .cascade = key.onDelete else { return true }
                open.append(key.child.lowercased())
            }
        }
        return false
    }

    private func entry(_ table: TableReference, id: String, in database: Database) throws -> Entry {
        let name = table.name.lowercased()
        if let known = state.withLock({ $0.entries[name] }) { return known }
        let entry: Entry
        do {
            entry = try SchemaReader.table(table.name, id: id, in: database).map(Entry.table) ?? .missing
        } catch let error as StoreError where error.code == .schema {
            // Something else under a table's name is the trouble of those who need that table, not of the others.
            entry = .unusable(error)
        }
        state.withLock { $0.entries[name] = entry }
        return entry
    }
}
