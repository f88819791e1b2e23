import Sweeping
import Synchronization

/// The tables as they are in the database, each read once a session.
final class PostgresSchema: Sendable {
    /// What the database has under a table's name.
    private enum Entry: Sendable {
        case table(TableShape)
        case unusable(StoreError)
    }

    private struct State {
        var entries: [TableReference: Entry] = [:]
        var tables: [UInt32: TableShape] = [:]
        var samples: [ColumnReference: [Value]] = [:]
        var leaves: [UInt32: [UInt32]] = [:]
    }

    let foreignKeys: [ForeignKeyShape]
    /// Whether the server counts the rows that a transaction deletes.
    let countsRows: Bool
    private let state = Mutex(State())

    init(_ link: PostgresLink) throws {
        foreignKeys = try SchemaReader.foreignKeys(in: link)
        countsRows = try link.run(Statement("SELECT current_setting('track_counts') = 'on'")).flag(0, 0)
    }

    /// - Throws: `StoreError` when there is no such table.
    func table(_ reference: TableReference, in link: PostgresLink) throws -> TableShape {
        let entry: Entry
        if let known = state.withLock({ $0.entries[reference] }) {
            entry = known
        } else {
            do {
                guard let number = try SchemaReader.number(of: reference, in: link) else {
                    throw StoreError(.schema, "there is no table \(reference)")
                }
                entry = .table(try table(number, in: link))
            } catch let error as StoreError where error.code == .schema {
                // Something else under a table's name is the trouble of those who need that table, not of the others.
                entry = .unusable(error)
            }
            state.withLock { $0.entries[reference] = entry }
        }
        switch entry {
        case .table(let table): return table
        case .unusable(let error): throw error
        }
    }

    func table(_ number: UInt32, in link: PostgresLink) throws -> TableShape {
        if let known = state.withLock({ $0.tables[number] }) { return known }
        let table = try SchemaReader.table(number, in: link)
        state.withLock { $0.tables[number] = table }
        return table
    }

    /// - Throws: `StoreError` that names every table and column that isn't there, and every key that doesn't name one row.
    func require(_ needs: [TableNeed], in link: PostgresLink) throws {
        var missing: [String] = []
        for need in needs {
            let shape: TableShape
            do {
                shape = try table(need.table, in: link)
            } catch let error as StoreError where error.code == .schema {
                missing.append(error.message)
                continue
            }
            let absent = need.columns.filter { !shape.has($0) }
            if !absent.isEmpty {
                let word = absent.count == 1 ? "column" : "columns"
                missing.append("table \(need.table) has no \(word) \(absent.joined(separator: ", "))")
            } else if !need.key.isEmpty, !shape.isUnique(need.key) {
                missing.append(
                    "\(need.key.joined(separator: ", ")) isn't unique in table \(need.table): it is neither the whole"
                        + " primary key nor has a unique index of its own")
            } else if !need.key.isEmpty, need.columns.count > need.key.count,
                let trouble = shape.trouble(with: need.key)
            {
                // What alone is needed of a key is that two rows don't share it.
                missing.append(trouble)
            }
        }
        guard missing.isEmpty else { throw StoreError(.schema, missing.joined(separator: "; ")) }
    }

    /// Foreign keys that lead to a table.
    func keys(onto table: UInt32) -> [ForeignKeyShape] {
        foreignKeys.filter { $0.parent == table }
    }

    /// The tables from which rows go when one of the table's is deleted, the table itself first.
    func reachedByDeletion(from table: UInt32) -> [UInt32] {
        var reached = [table]
        var next = 0
        while next < reached.count {
            for key in keys(onto: reached[next]) where key.onDelete == .cascade && !reached.contains(key.child) {
                reached.append(key.child)
            }
            next += 1
        }
        return reached
    }

    /// The foreign keys by which they go.
    func cascades(from table: UInt32) -> [ForeignKeyShape] {
        let reached = reachedByDeletion(from: table)
        return foreignKeys.filter { $0.onDelete == .cascade && reached.contains($0.parent) }
    }

    /// The tables that hold a table's rows: its partitions, or itself.
    func leaves(of table: UInt32, in link: PostgresLink) throws -> [UInt32] {
        if let known = state.withLock({ $0.leaves[table] }) { return known }
        let rows = try link.run(Statement("SELECT relid::oid FROM pg_partition_tree(\(table)) WHERE isleaf"))
        let found = (0..<rows.count).compactMap { rows.integer($0, 0) }.map(UInt32.init(truncatingIfNeeded:))
        let leaves = found.isEmpty ? [table] : found
        state.withLock { $0.leaves[table] = leaves }
        return leaves
    }

    /// How the times of a column are read.
    func reader(of column: ColumnReference, _ options: SessionOptions, in link: PostgresLink) throws -> TimeReader {
        let plain = TimeReader(zone: options.timeZone, now: options.now)
        guard let table = try? table(column.table, in: link), let shape = table.column(column.column) else {
            return plain
        }
        if case .time = shape.kind { return plain }
        let samples = try samples(of: column, shape, table, in: link)
        return TimeReader(settledBy: samples, zone: options.timeZone, now: options.now)
    }

    /// Some values of a column that no type says to hold times.
    func samples(of column: ColumnReference, _ shape: ColumnShape, _ table: TableShape, in link: PostgresLink) throws
        -> [Value]
    {
        if let known = state.withLock({ $0.samples[column] }) { return known }
        let name = shape.sql()
        let isSorted = table.index(leading: shape.name) != nil
        let from = "SELECT \(shape.kind.reading(name)) FROM \(table.sql) AS t WHERE \(name) IS NOT NULL"
        let rows = try link.run(
            Statement(
                isSorted
                    ? "(\(from) ORDER BY \(name) DESC LIMIT 50) UNION ALL (\(from) ORDER BY \(name) LIMIT 50)"
                    : "SELECT * FROM (\(from) LIMIT 1000) AS found LIMIT 100"))
        let values = (0..<rows.count).map { shape.kind.value(rows.bytes($0, 0)) }
        state.withLock { $0.samples[column] = values }
        return values
    }
}
