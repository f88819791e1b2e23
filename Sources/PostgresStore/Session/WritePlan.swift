import Sweeping

/// The statements that change rows of a table, each under what was read of its row.
struct WritePlan {
    let table: TableShape
    let change: TableChange
    let key: [ColumnShape]
    let conditions: ConditionSQL
    /// What the statement sets in every row alike; nil for what is chosen for each.
    let values: [(column: ColumnShape, value: [UInt8]??)]
    let counter: DeletionCounter?

    /// So many rows at least are worth a walk through their range.
    private static let fewest = 8
    /// So many rows that stay may lie between them.
    private static let mostKept = 500

    /// - Throws: `StoreError` when a table or column isn't there, or can't have what is to be written.
    init(_ change: TableChange, _ schema: PostgresSchema, _ options: SessionOptions, in link: PostgresLink) throws {
        self.change = change
        conditions = ConditionSQL(
            schema: schema, options: options, link: link, columns: change.selection.allColumns)
        let table = try schema.table(change.selection.table, in: link)
        self.table = table
        try table.requireNoDetour(for: change.action)
        key = try change.selection.key.map(table.required)
        switch change.action {
        case .delete:
            values = []
            let counter = try DeletionCounter(of: table, schema, in: link)
            guard counter == nil || schema.countsRows || options.archive == nil else {
                throw StoreError(
                    .schema,
                    "rows of other tables go along with those of \(table.label), and with track_counts off the server doesn't count"
                        + " them, so nobody could say whether the archive has them all: set track_counts = on, or"
                        + " archive.enabled: false")
            }
            self.counter = schema.countsRows ? counter : nil
        case .update(let writes):
            counter = nil
            values = try writes.map { write in
                let column = try table.required(write.column)
                switch write.source {
                case .chosen: return (column, nil)
                case .now:
                    let time = WrittenMoment(schema: schema, options: options)
                    return (
                        column, .some(try time.value(change.now, for: column, of: change.selection.table, in: link))
                    )
                }
            }
        }
    }

    /// Some rows of a batch, and the statement that changes them; it gives the keys of those that it changed.
    struct Step {
        let rows: [Int]
        let statement: Statement
        /// Where the rows are that it changes, to stand behind what is asked of them.
        let found: Statement
    }

    /// - Parameter isExact: whether each row is looked for by itself.
    func steps(_ rows: [Int], of batch: [PlannedRow<PostgresKey>], isExact: Bool) throws -> [Step] {
        guard change.action == .delete, !isExact else { return [try exact(rows, of: batch)] }
        var groups: [[Int]] = []
        for row in rows {
            if let last = groups.last?.last, batch[last].key.page === batch[row].key.page,
                batch[last].key.row < batch[row].key.row
            {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
        var single: [Int] = []
        var steps: [Step] = []
        for group in groups {
            if let step = try range(group, of: batch) { steps.append(step) } else { single += group }
        }
        return single.isEmpty ? steps : steps + [try exact(single, of: batch)]
    }

    /// The rows of a page between two places, without those that stay. Whatever was written since the page was read stays too.
    private func range(_ rows: [Int], of batch: [PlannedRow<PostgresKey>]) throws -> Step? {
        guard rows.count >= WritePlan.fewest else { return nil }
        let page = batch[rows[0]].key.page
        let (first, last) = (batch[rows[0]].key.row, batch[rows[rows.count - 1]].key.row)
        let kept = last - first + 1 - rows.count
        guard kept <= min(rows.count, WritePlan.mostKept), page.horizon > 2 else { return nil }
        let scan = try RowScan(page.selection, conditions.schema, conditions.options, in: conditions.link)
        let order = scan.order(page.part)
        var statement = Statement()
        var parts = [
            try page.part.condition(on: table, isBegun: true, &statement),
            scan.bound(order, ">=", page.places.arguments(first), &statement),
            scan.bound(order, "<=", page.places.arguments(last), &statement),
            try scan.conditions.narrowing(page.selection.condition, of: table, as: "t", &statement),
            "age(t.xmin) > age(\(statement.bind(String(page.horizon)))::xid)",
        ]
        if kept > 0 {
            let going = Set(rows.map { batch[$0].key.row })
            let staying = (first...last).filter { !going.contains($0) }.map { page.key($0) }
            let columns = key.indices.map { "k\($0)" }.joined(separator: ", ")
            parts.append(
                "(\(key.map { $0.sql() }.joined(separator: ", "))) NOT IN (SELECT \(columns) FROM unnest("
                    + list(staying, &statement) + ") AS staying (\(columns)))")
        }
        if let condition = try standing(&statement) { parts.append(condition) }
        var found = statement
        found.sql = " FROM \(table.ownRows) AS t WHERE \(parts.joined(separator: " AND "))"
        statement.sql = "DELETE\(found.sql)\(returning)"
        return Step(rows: rows, statement: statement, found: found)
    }

    /// Each row by its key and by who wrote it last.
    private func exact(_ rows: [Int], of batch: [PlannedRow<PostgresKey>]) throws -> Step {
        var statement = Statement()
        var lists = list(rows.map { batch[$0].key.key }, &statement)
        lists += ", \(statement.bind(rows.map { Array(String(batch[$0].key.writer).utf8) }))::xid[]"
        var columns = key.indices.map { "k\($0)" } + ["x"]
        var sets: [String] = []
        var chosen = 0
        for (column, value) in values {
            if let value {
                sets.append("\(quoted(column.name)) = \(statement.bind(value))::\(column.type)")
            } else {
                let place = chosen
                let arguments = rows.map {
                    batch[$0].values.indices.contains(place) ? column.argument(batch[$0].values[place]) : nil
                }
                lists += ", \(statement.bind(arguments))::\(column.type)[]"
                columns.append("v\(place)")
                sets.append("\(quoted(column.name)) = g.v\(place)")
                chosen += 1
            }
        }
        var parts = zip(key.indices, key).map { "\($1.sql()) = g.k\($0)" } + ["t.xmin = g.x"]
        if let condition = try standing(&statement) { parts.append(condition) }
        let rowsGiven = "unnest(\(lists)) AS g (\(columns.joined(separator: ", ")))"
        let condition = parts.joined(separator: " AND ")
        statement.sql =
            sets.isEmpty
            ? "DELETE FROM \(table.ownRows) AS t USING \(rowsGiven) WHERE \(condition)\(returning)"
            : "UPDATE \(table.ownRows) AS t SET \(sets.joined(separator: ", ")) FROM \(rowsGiven) WHERE \(condition)\(returning)"
        return Step(rows: rows, statement: statement, found: try found(rows, of: batch))
    }

    /// The same rows without what is set in them: a parameter that a statement doesn't use is an error.
    private func found(_ rows: [Int], of batch: [PlannedRow<PostgresKey>]) throws -> Statement {
        var statement = Statement()
        let lists =
            list(rows.map { batch[$0].key.key }, &statement)
            + ", \(statement.bind(rows.map { Array(String(batch[$0].key.writer).utf8) }))::xid[]"
        let columns = (key.indices.map { "k\($0)" } + ["x"]).joined(separator: ", ")
        var parts = zip(key.indices, key).map { "\($1.sql()) = g.k\($0)" } + ["t.xmin = g.x"]
        if let condition = try standing(&statement) { parts.append(condition) }
        statement.sql =
            " FROM unnest(\(lists)) AS g (\(columns)) JOIN \(table.ownRows) AS t ON \(parts.joined(separator: " AND "))"
        return statement
    }

    /// Asks which of the rows are there, and who wrote them last.
    func look(at rows: [Int], of batch: [PlannedRow<PostgresKey>]) throws -> Statement {
        var statement = Statement()
        let columns = key.indices.map { "k\($0)" }.joined(separator: ", ")
        let keys = list(rows.map { batch[$0].key.key }, &statement)
        let link = zip(key.indices, key).map { "\($1.sql()) = g.k\($0)" }.joined(separator: " AND ")
        let condition = try own(&statement) ?? "true"
        let isFree = try awaited(&statement) ?? "true"
        statement.sql = """
            SELECT g.place, t.xmin, coalesce(\(condition), false), coalesce(\(isFree), false) FROM unnest(\(keys)) WITH ORDINALITY AS g (\(columns), place) \
            JOIN \(table.sql) AS t ON \(link)
            """
        return statement
    }

    /// The same, leaving out those that others have locked.
    func lookForFree(_ rows: [Int], of batch: [PlannedRow<PostgresKey>]) throws -> Statement {
        var statement = try look(at: rows, of: batch)
        statement.sql += " FOR UPDATE OF t SKIP LOCKED"
        return statement
    }

    /// Why a row can't have the values that were chosen for it; nil where it can.
    func obstacle(to row: PlannedRow<PostgresKey>) -> String? {
        let columns = values.filter { $0.value == nil }.map(\.column)
        for (column, value) in zip(columns, row.values) where !value.isNull && column.argument(value) == nil {
            return "\(table.label).\(column.name) of type \(column.type) can't be '\(value.displayText)'"
        }
        return nil
    }

    /// What has to hold of a row beside being as it was read.
    private func standing(_ statement: inout Statement) throws -> String? {
        let parts = [try own(&statement), try awaited(&statement)].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " AND ")
    }

    private func own(_ statement: inout Statement) throws -> String? {
        try change.condition.map { try conditions.exact($0, of: table, as: "t", &statement) }
    }

    /// That nothing is there any more that has to go before the row. In a dry run it is, and where a row is only tried.
    private func awaited(_ statement: inout Statement) throws -> String? {
        guard !conditions.options.dryRun, !change.isTrial, !change.dependents.isEmpty else { return nil }
        let all = change.dependents.map { change.awaited($0, key: change.selection.key.first ?? "") }
        return try conditions.exact(.all(all), of: table, as: "t", &statement)
    }

    /// Keys as lists, one for each column.
    private func list(_ keys: [ArraySlice<[UInt8]?>], _ statement: inout Statement) -> String {
        zip(key.indices, key).map { index, column in
            "\(statement.bind(keys.map { $0[$0.startIndex + index] }))::\(column.type)[]"
        }.joined(separator: ", ")
    }

    private var returning: String {
        " RETURNING " + key.map { $0.kind.reading($0.sql(), whole: true) }.joined(separator: ", ")
    }
}
