import GRDB
import Sweeping

/// The statements on one table: how the rows of a selection are read, and how they are changed.
struct TableRows {
    let table: TableShape
    let selection: Selection
    /// The columns that are read; those that the table lacks are left out and read as NULL.
    private let columns: [String]
    /// Where each of the selection's columns stands in a row that was read; nil for one that the table lacks.
    private let places: [Int?]
    private let layout: SelectedRow.Layout
    private let lookups: [LookupRows]

    /// - Throws: `StoreError` when a table isn't there.
    init(_ selection: Selection, _ schema: DatabaseSchema, in database: Database) throws {
        self.selection = selection
        table = try schema.table(selection.table, id: selection.key[0], in: database)
        let wanted = selection.allColumns.map(\.name)
        let columns = wanted.filter(table.has)
        self.columns = columns
        // The locator stands in front of the columns.
        places = wanted.map { name in columns.firstIndex(of: name).map { $0 + 1 } }
        let layout = SelectedRow.Layout(selection)
        self.layout = layout
        lookups = try zip(selection.lookups, layout.linked).map {
            try LookupRows($0, layout: $1, schema, in: database)
        }
    }

    var scan: RowScan { RowScan(table: table, columns: columns, parts: Narrowing.parts(of: selection, on: table)) }

    func page(after cursor: ScanCursor?, limit: Int, in database: Database) throws -> Page<RowKey, ScanCursor> {
        let (found, next) = try scan.page(after: cursor, limit: limit, in: database)
        return Page(rows: try found.map { (key($0), try row($0, in: database)) }, next: next)
    }

    /// Changes a row if everything that was read of it is as it was.
    /// - Parameter condition: what has to hold besides.
    func statement(_ action: RowAction, while condition: Condition?) throws -> GuardedStatement {
        let verb =
            switch action {
            case .delete: "DELETE FROM \(quoted(table.name))"
            case .update(let writes):
                "UPDATE \(quoted(table.name)) SET "
                    + writes.map { "\(quoted($0.column)) = ?" }.joined(separator: ", ")
            }
        return GuardedStatement(
            verb, table: table, guards: columns,
            also: try condition.map { try ConditionSQL($0, of: quoted(table.name)) })
    }

    /// Everything that was read stands guard: whatever the application changed since, the row is left alone.
    private func key(_ row: Row) -> RowKey {
        RowKey(locator: row[0], guards: (1..<row.count).map { row[$0] })
    }

    private func row(_ row: Row, in database: Database) throws -> SelectedRow {
        let values = places.map { $0.map { Value(row[$0] as DatabaseValue) } ?? .null }
        var result = SelectedRow(layout, values: values)
        for (lookup, rows) in zip(selection.lookups, lookups) {
            result.links.append(try rows.link(from: result[lookup.column], in: database))
        }
        return result
    }
}

/// The statement that finds the row of another table to which a column leads.
private struct LookupRows {
    private let sql: String
    private let places: [Int?]
    private let layout: SelectedRow.Layout

    init(_ lookup: Lookup, layout: SelectedRow.Layout, _ schema: DatabaseSchema, in database: Database) throws {
        let table = try schema.table(lookup.table, id: lookup.key[0], in: database)
        let columns = layout.columns.filter(table.has)
        places = layout.columns.map { name in columns.firstIndex(of: name) }
        self.layout = layout
        let list = columns.isEmpty ? "1" : columns.map { "row.\(quoted($0))" }.joined(separator: ", ")
        sql = "SELECT \(list) FROM \(quoted(table.name)) AS row WHERE row.\(quoted(lookup.target)) = ? LIMIT 1"
    }

    func link(from value: Value, in database: Database) throws -> SelectedRow.Link {
        guard !value.isNull else { return .none }
        let statement = try database.cachedStatement(sql: sql)
        guard let row = try Row.fetchOne(statement, arguments: [value.databaseValue]) else { return .missing }
        return .found(
            SelectedRow(layout, values: places.map { $0.map { Value(row[$0] as DatabaseValue) } ?? .null }))
    }
}
