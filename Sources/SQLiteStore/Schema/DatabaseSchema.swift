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
    /// Tables that belong to virtual ones.
    let shadows: Set<SQLName>
    /// Tables without row numbers.
    private let rowless: Set<SQLName>
    /// SQLite's own count of the schema's changes, from before anything was read.
    let version: Int64
    private let state = Mutex(State())

    init(_ database: Database) throws {
        version = try ChildRows.schemaVersion(database)
        form = try TextForm(database)
        foreignKeys = try SchemaReader.foreignKeys(in: database)
        triggered = try SchemaReader.tablesWithTriggers(in: database)
        shadows = try SchemaReader.tables(where: "type = 'shadow'", in: database)
        rowless = try SchemaReader.tables(where: "wr", in: database)
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
            } else if need.key.isEmpty {
                continue
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

    /// Whether it still is what the database has.
    func isCurrent(_ database: Database) throws -> Bool {
        try ChildRows.schemaVersion(database) == version
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
        // What is computed from a row may depend on any of its columns, and the computation itself may fail.
        if table.hasGenerated || table.indexes.contains(where: \.isComputed) { return true }
        let written = Set(writes.map { SQLName($0.column) })
        return !table.unique.isDisjoint(with: written)
            || foreignKeys.contains { key in
                // Of a wider key only the first columns are known here.
                key.child.names(table.name) && (key.width > 1 || written.contains(SQLName(key.childColumn)))
                    || key.parent.names(table.name)
                        && (key.width > 1 || key.parentColumn.map { written.contains(SQLName($0)) } ?? false)
            }
    }

    private func mayRefuseDeletion(from table: TableShape) -> Bool {
        let reached = reachedByDeletion(from: table.name)
        return !triggered.isDisjoint(with: reached)
            || foreignKeys.contains { reached.contains(SQLName($0.parent)) && $0.onDelete != .cascade }
    }

    /// Whether the database may refuse to delete a row once its dependents have gone, or to delete one of those.
    func mayRefuse(deletionFrom table: TableReference, besides dependents: [Dependents], in database: Database) throws
        -> Bool
    {
        let table = try self.table(table, in: database)
        for one in dependents {
            if mayRefuseDeletion(from: try self.table(one.table, in: database)) { return true }
        }
        let reached = reachedByDeletion(from: table.name)
        return !triggered.isDisjoint(with: reached)
            || foreignKeys.contains { key in
                guard reached.contains(SQLName(key.parent)), key.onDelete != .cascade else { return false }
                return !dependents.contains { one in
                    one.unlessReferenced.isEmpty && key.width == 1 && key.parent.names(table.name)
                        && key.child.names(one.table.sqlName) && key.childColumn.names(one.column)
                }
            }
    }

    /// Whether what becomes of a row may depend on what became of others before it. (That one is gone only makes way for others.)
    func rowsMayClash(_ action: RowAction, on table: TableShape) -> Bool {
        switch action {
        case .delete:
            // SQLite doesn't tell which rows of a table without row numbers have gone.
            return !triggered.union(rowless).isDisjoint(with: reachedByDeletion(from: table.name))
        case .update(let writes):
            let written = writes.map { SQLName($0.column) }
            return triggered.contains(SQLName(table.name)) || !table.unique.isDisjoint(with: written)
                || table.indexes.contains { $0.isUnique && ($0.isComputed || table.hasGenerated) }
        }
    }

    /// The tables from which rows go when one of the table's is deleted, the table itself included.
    func reachedByDeletion(from table: String) -> Set<SQLName> {
        var reached: Set<SQLName> = []
        var open = [SQLName(table)]
        while let parent = open.popLast() {
            guard reached.insert(parent).inserted else { continue }
            open += foreignKeys.filter { SQLName($0.parent) == parent && $0.onDelete == .cascade }.map {
                SQLName($0.child)
            }
        }
        return reached
    }

    private func entry(_ table: TableReference, in database: Database) throws -> Entry {
        let name = SQLName(table.sqlName)
        if let known = state.withLock({ $0.entries[name] }) { return known }
        let entry: Entry
        do {
            entry = try SchemaReader.table(table.sqlName, in: database).map(Entry.table) ?? .missing
        } catch let error as StoreError where error.code == .schema {
            // Something else under a table's name is the trouble of those who need that table, not of the others.
            entry = .unusable(error)
        }
        state.withLock { $0.entries[name] = entry }
        return entry
    }
}
