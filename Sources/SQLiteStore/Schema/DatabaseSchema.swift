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
        var entries: [SQLName: Entry] = [:]
        var children: [SQLName: ChildRows?] = [:]
    }

    let foreignKeys: [ForeignKeyShape]
    /// How the database keeps text.
    let form: TextForm
    /// The tables that have triggers.
    private let triggered: Set<SQLName>
    /// SQLite's own count of the schema's changes, from before anything was read.
    let version: Int64
    private let state = Mutex(State())

    init(_ database: Database) throws {
        version = try ChildRows.schemaVersion(database)
        form = try TextForm(database)
        foreignKeys = try SchemaReader.foreignKeys(in: database)
        triggered = try SchemaReader.tablesWithTriggers(in: database)
    }

    /// - Throws: `StoreError` when there is no such table.
    func table(_ table: TableReference, in database: Database) throws -> TableShape {
        switch try entry(table, in: database) {
        case .table(let shape): return shape
        case .missing: throw StoreError(.schema, "there is no table \(table)")
        case .unusable(let error): throw error
        }
    }

    /// - Throws: `StoreError` that names every table and column that isn't there, and every key that doesn't name one row.
    func require(_ needs: [TableNeed], in database: Database) throws {
        var missing: [String] = []
        for need in needs {
            let shape: TableShape
            do {
                shape = try table(need.table, in: database)
            } catch let error as StoreError where error.code == .schema {
                missing.append(error.message)
                continue
            }
            let absent = need.columns.filter { !shape.has($0) }
            if !absent.isEmpty {
                let word = absent.count == 1 ? "column" : "columns"
                missing.append("table \(need.table) has no \(word) \(absent.joined(separator: ", "))")
            } else if !shape.isUnique(need.key) {
                missing.append(
                    "\(need.key.joined(separator: ", ")) isn't unique in table \(need.table): it is neither the whole"
                        + " primary key nor has a unique index of its own")
            } else if shape.uniqueLocator == nil {
                missing.append("table \(need.table) has no column that is unique and never NULL")
            }
        }
        guard missing.isEmpty else { throw StoreError(.schema, missing.joined(separator: "; ")) }
    }

    /// What goes with a table's deleted rows once a batch; nil where SQLite's own cascade is the way.
    func children(of table: TableShape, id: String, in database: Database) throws -> ChildRows? {
        let name = SQLName(table.name)
        if let known = state.withLock({ $0.children[name] }) { return known }
        let found = try ChildRows.find(of: table, id: id, self, asOf: version, in: database)
        state.withLock { $0.children[name] = found }
        return found
    }

    /// Foreign keys that lead to a table.
    func keys(onto table: String) -> [ForeignKeyShape] {
        foreignKeys.filter { $0.parent.names(table) }
    }

    /// The keys by which deleting a row of `parent` takes rows of `child` along.
    func cascades(from child: String, onto parent: String) -> [ForeignKeyShape] {
        keys(onto: parent).filter { key in
            guard case .cascade = key.onDelete else { return false }
            return key.child.names(child)
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
        if table.hasChecks || triggered.contains(SQLName(table.name)) { return true }
        let clears = writes.contains {
            $0.source == .chosen(mayBeNull: true) && table.mandatory.contains(SQLName($0.column))
        }
        if clears { return true }
        let written = Set(writes.map { SQLName($0.column) })
        return !table.unique.isDisjoint(with: written)
            || foreignKeys.contains {
                $0.child.names(table.name) && written.contains(SQLName($0.childColumn))
            }
    }

    private func mayRefuseDeletion(from table: TableShape) -> Bool {
        var reached: Set<SQLName> = []
        var open = [SQLName(table.name)]
        while let parent = open.popLast() {
            guard reached.insert(parent).inserted else { continue }
            if triggered.contains(parent) { return true }
            for key in foreignKeys where SQLName(key.parent) == parent {
                guard case .cascade = key.onDelete else { return true }
                open.append(SQLName(key.child))
            }
        }
        return false
    }

    private func entry(_ table: TableReference, in database: Database) throws -> Entry {
        let name = SQLName(table.name)
        if let known = state.withLock({ $0.entries[name] }) { return known }
        let entry: Entry
        do {
            entry = try SchemaReader.table(table.name, in: database).map(Entry.table) ?? .missing
        } catch let error as StoreError where error.code == .schema {
            // Something else under a table's name is the trouble of those who need that table, not of the others.
            entry = .unusable(error)
        }
        state.withLock { $0.entries[name] = entry }
        return entry
    }
}
