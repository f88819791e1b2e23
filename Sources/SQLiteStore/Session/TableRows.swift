import GRDB
import Sweeping

/// The statements on one table: how the rows of a selection are read, and how they are changed.
struct TableRows {
    let table: TableShape
    let selection: Selection
    let scan: RowScan
    /// The columns that are read; those that the table lacks are left out and read as NULL.
    private let columns: [String]
    /// Where each of the selection's columns stands in a row that was read; nil for one that the table lacks.
    private let places: [Int?]
    private let layout: SelectedRow.Layout
    private let lookups: [LookupRows]
    private let gone: GoneRows
    private let form: TextForm

    /// - Throws: `StoreError` when a table isn't there.
    init(
        _ selection: Selection, _ schema: DatabaseSchema, _ times: TimeColumns, _ gone: GoneRows, in database: Database
    ) throws {
        self.selection = selection
        self.gone = gone
        form = schema.form
        let table = try schema.table(selection.table, in: database)
        self.table = table
        let wanted = selection.allColumns.map(\.name)
        let columns = wanted.filter(table.has)
        self.columns = columns
        places = wanted.map { name in columns.firstIndex { $0.isSame(as: name) } }
        layout = try SelectedRow.Layout(selection) { table, column in
            try times.reader(of: ColumnReference(table, column), schema, in: database)
        }
        lookups = try zip(selection.lookups, layout.linked).map {
            try LookupRows($0, layout: $1, gone, schema, in: database)
        }
        let parts = try Narrowing.parts(of: selection, on: table, in: database) { column in
            let found = try times.reader(of: ColumnReference(selection.table, column.name), schema, in: database)
            return column.reading.applied(to: found)
        }
        scan = RowScan(table: table, columns: columns, parts: parts, form: schema.form)
    }

    /// - Parameter longest: for so long the page's rows may be read, the first of them aside.
    func page(after cursor: ScanCursor?, limit: Int, within longest: Duration, in database: Database) throws
        -> Page<RowKey, ScanCursor>
    {
        let deadline = MonotonicTime.now() + longest
        let (found, next) = try scan.page(after: cursor, limit: limit, until: deadline, in: database)
        return Page(rows: try found.map { (key($0), try row($0, in: database)) }, next: next)
    }

    /// Makes sure that the database has everything that is read.
    func prepare(in database: Database) throws {
        let places = [ScanCursor(), ScanCursor(value: Value.null, locator: table.locator.parts.map { _ in .null })]
        for part in scan.parts {
            for query in places.flatMap({ scan.queries(part, $0) }) {
                _ = try database.makeStatement(sql: query.sql)
            }
        }
        for lookup in lookups { try lookup.prepare(in: database) }
    }

    /// Whether the row is known to have gone.
    func isGone(_ key: RowKey) -> Bool {
        gone.contains(key.locator, of: table)
    }

    /// Changes a row if everything that was read of it is as it was.
    /// - Parameters:
    ///   - condition: what has to hold besides.
    ///   - dependents: what has to be gone before.
    func statement(_ action: RowAction, while condition: Condition?, after dependents: [Condition]) throws
        -> GuardedStatement
    {
        let verb =
            switch action {
            case .delete: "DELETE FROM \(quoted(table.name))"
            case .update(let writes):
                "UPDATE \(quoted(table.name)) SET "
                    + writes.map { "\(quoted($0.column)) = ?" }.joined(separator: ", ")
            }
        return GuardedStatement(
            verb, table: table, guards: columns, form: form,
            also: try condition.map { try ConditionSQL($0, of: quoted(table.name)) },
            awaited: try dependents.map { try ConditionSQL($0, of: quoted(table.name), mark: "dependent") })
    }

    /// Everything that was read stands guard: whatever the application changed since, the row is left alone.
    private func key(_ row: ScannedRow) -> RowKey {
        RowKey(
            id: places[0].map { row.values[$0] } ?? .null,
            locator: row.locator.flatMap(form.arguments), guards: row.values.flatMap(form.arguments))
    }

    private func row(_ row: ScannedRow, in database: Database) throws -> SelectedRow {
        let values = places.map { $0.map { form.plain(row.values[$0]) } ?? .null }
        var result = SelectedRow(layout, values: values)
        for (lookup, rows) in zip(selection.lookups, lookups) {
            let kept = columns.firstIndex { $0.isSame(as: lookup.column) }.map { row.values[$0] }
            result.links.append(try rows.link(from: kept ?? .null, in: database))
        }
        return result
    }
}

/// The statement that finds the row of another table to which a column leads.
private struct LookupRows {
    private let sql: String
    private let places: [Int?]
    /// How many columns of a result the other row's values take.
    private let columnCount: Int
    private let layout: SelectedRow.Layout
    private let form: TextForm
    /// The table whose rows may have gone, in a dry run's eyes; nil where that doesn't matter.
    private let passedOver: TableShape?
    private let gone: GoneRows
    /// Whether the column may hold the value in another form, such as a number as text.
    private let isTwin: Bool
    private static let mostTwins = 4

    init(
        _ lookup: Lookup, layout: SelectedRow.Layout, _ gone: GoneRows, _ schema: DatabaseSchema, in database: Database
    ) throws {
        let form = schema.form
        self.form = form
        self.gone = gone
        let table = try schema.table(lookup.table, in: database)
        passedOver = lookup.passesOverGone && gone.hasSome(of: SQLName(table.name)) ? table : nil
        let columns = layout.columns.filter(table.has)
        places = layout.columns.map { name in columns.firstIndex { $0.isSame(as: name) } }
        columnCount = columns.count * form.width
        self.layout = layout
        let number = passedOver == nil ? [] : table.locator.names(of: "row.").map(form.reading)
        let list = columns.map { form.reading("row.\(quoted($0))") } + number
        isTwin = lookup.passesOverGone
        let marks = Array(repeating: form.operand, count: LookupRows.mostTwins).joined(separator: ", ")
        let comparison = isTwin ? "IN (\(marks))" : "= \(form.operand)"
        sql =
            "SELECT \(list.isEmpty ? "1" : list.joined(separator: ", ")) FROM \(quoted(table.name)) AS row"
            + " WHERE row.\(quoted(lookup.target)) \(comparison)" + (passedOver == nil ? " LIMIT 1" : "")
    }

    func prepare(in database: Database) throws {
        _ = try database.makeStatement(sql: sql)
    }

    private func arguments(_ value: Value) -> [Value] {
        let own = form.arguments(value)
        guard isTwin else { return own }
        let twins = form.plain(value).twins.dropFirst().prefix(LookupRows.mostTwins - 1).map { twin in
            // SQLite makes of such a text what the database keeps.
            form.width == 1 ? [twin] : [.integer(0), .null, twin]
        }
        let all = [own] + twins
        return (all + Array(repeating: own, count: LookupRows.mostTwins - all.count)).flatMap(\.self)
    }

    /// - Parameter value: as it is kept. One that was cut leads nowhere; its row stays whatever the link says.
    func link(from value: Value, in database: Database) throws -> SelectedRow.Link {
        guard !value.isNull else { return .none }
        var link = SelectedRow.Link.missing
        if value.isCut { return link }
        try BoundStatement(cached: sql, in: database).forEach(arguments(value)) { row in
            if let passedOver {
                let parts = passedOver.locator.parts.indices.map {
                    form.value(row, at: columnCount + $0 * form.width, upTo: .max)
                }
                if gone.contains(parts.flatMap(form.arguments), of: passedOver) { return true }
            }
            let values = places.map { $0.map { form.plain(form.value(row, at: $0 * form.width)) } ?? .null }
            link = .found(SelectedRow(layout, values: values))
            return false
        }
        return link
    }
}
