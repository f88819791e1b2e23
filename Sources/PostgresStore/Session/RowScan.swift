import Sweeping

/// Reads a table's rows page by page, each page resuming by key, bounded by the rows that are looked at.
struct RowScan {
    let selection: Selection
    let table: TableShape
    let parts: [ScanPart]
    let conditions: ConditionSQL
    private let columns: [ReadPlace]
    private let kinds: [ColumnKind]
    private let lookups: [LookupPlan]
    private let layout: SelectedRow.Layout
    private let key: [ColumnShape]
    /// What a dry run would have deleted by now.
    private let gone: ForeseenRows?

    /// What the columns of a page's answer are.
    private enum Answer {
        static let isHit = 0
        static let writer = 1
        static let horizon = 2
        static let sorted = 3
    }

    /// Where a column of the selection is read; nothing of one that the table lacks.
    struct ReadPlace {
        let shape: ColumnShape?
        let kind: ColumnKind
    }

    struct LookupPlan {
        let lookup: Lookup
        let table: TableShape
        let column: ColumnShape?
        let target: ColumnShape
        let places: [ReadPlace]
    }

    init(
        _ selection: Selection, _ schema: PostgresSchema, _ options: SessionOptions, gone: ForeseenRows? = nil,
        in link: PostgresLink
    )
        throws
    {
        self.selection = selection
        self.gone = gone
        conditions = ConditionSQL(schema: schema, options: options, link: link, columns: selection.allColumns)
        let table = try schema.table(selection.table, in: link)
        self.table = table
        parts = try ScanPart.parts(of: selection, on: table, schema, options, in: link)
        layout = try SelectedRow.Layout(selection) {
            try schema.reader(of: ColumnReference($0, $1), options, in: link)
        }
        func places(_ names: [String], _ table: TableShape) -> [ReadPlace] {
            names.map { name in
                let shape = table.column(name)
                return ReadPlace(shape: shape, kind: shape?.kind ?? .other)
            }
        }
        columns = places(selection.allColumns.map(\.name), table)
        kinds = columns.map(\.kind.plain)
        lookups = try zip(selection.lookups, layout.linked).map { lookup, layout in
            let other = try schema.table(lookup.table, in: link)
            return LookupPlan(
                lookup: lookup, table: other, column: table.column(lookup.column),
                target: try other.required(lookup.target), places: places(layout.columns, other))
        }
        key = try selection.key.map(table.required)
    }

    /// The columns that a part is sorted by.
    func order(_ part: ScanPart) -> [ColumnShape] {
        (part.sorted(on: table).map { [$0] } ?? []) + key
    }

    func page(after cursor: ScanCursor?, limit: Int, in link: PostgresLink) throws -> Page<PostgresKey, ScanCursor> {
        page(try read(after: cursor, limit: limit, in: link))
    }

    /// Has the server read a page.
    /// - Parameter whole: has the rows come whole.
    func read(after cursor: ScanCursor?, limit: Int, whole: WholeRows? = nil, in link: PostgresLink) throws -> ReadPage
    {
        let cursor = cursor ?? ScanCursor()
        let part = parts[cursor.part]
        let order = order(part)
        let rows = try reading(
            try statement(part, order, after: cursor.place, limit: limit, whole: whole),
            isExact: whole != nil, in: link)
        // The last row that was looked at says where to go on, whatever it is.
        let last = rows.count - 1
        let isFull = last >= 0 && rows.integer(last, Answer.sorted + order.count) == Int64(limit)
        let next =
            isFull
            ? ScanCursor(part: cursor.part, place: place(rows, last, order.map(\.kind.plain)))
            : cursor.part + 1 < parts.count ? ScanCursor(part: cursor.part + 1) : nil
        return ReadPage(scan: self, part: part, rows: rows, whole: whole, next: next)
    }

    private func place(_ rows: PostgresRows, _ row: Int, _ order: [ColumnKind]) -> [[UInt8]?] {
        order.indices.map { order[$0].argument(rows.bytes(row, Answer.sorted + $0)) }
    }

    /// Looks through a page that was read.
    /// - Parameter ahead: takes the rows that came whole.
    func page(_ read: ReadPage, ahead: (any RowsAhead)? = nil) -> Page<PostgresKey, ScanCursor> {
        let (rows, whole) = (read.rows, read.whole)
        let sorted = sorted(order(read.part))
        let order = order(read.part).map(\.kind.plain)
        let first = Answer.sorted + order.count + 1
        var found: [SelectedRow] = []
        var places: [[[UInt8]?]] = []
        var writers: [UInt32] = []
        var horizon: UInt32 = 0
        var inUnit: [Int?] = []
        var count = 0
        for row in 0..<rows.count where rows.flag(row, Answer.isHit) {
            horizon = UInt32(truncatingIfNeeded: rows.integer(row, Answer.horizon) ?? 0)
            writers.append(UInt32(truncatingIfNeeded: rows.integer(row, Answer.writer) ?? 0))
            places.append(place(rows, row, order))
            found.append(self.row(rows, row, sorted, from: first + (whole?.width ?? 0)))
            guard let whole, let ahead else { continue }
            let isWhole = whole.row(rows, row, from: first).map(ahead.put) != nil
            inUnit.append(isWhole ? count : nil)
            count += isWhole ? 1 : 0
        }
        let memory = PageRows(
            selection: selection, part: read.part, horizon: horizon, places: places, writers: writers,
            names: found.map { key.count == 1 ? $0.values[0] : Value($0.id) },
            ahead: whole.flatMap { whole in
                ahead?.seal().map { PageRows.Ahead(table: whole.table.archived, unit: $0, places: inUnit) }
            })
        return Page(
            rows: found.enumerated().map { (PostgresKey(page: memory, row: $0), $1) }, next: read.next)
    }

    /// Where columns of the selection are read that rows are sorted by: they come once.
    private func sorted(_ order: [ColumnShape]) -> [Int?] {
        columns.map { column in column.shape.flatMap { shape in order.firstIndex { $0.number == shape.number } } }
    }

    /// The rows of a page, and the last row that was looked at for it. The walk itself takes all rows of the part, so that rows that
    /// don't qualify bound a page as well.
    private func statement(
        _ part: ScanPart, _ order: [ColumnShape], after place: [[UInt8]?]?, limit: Int, whole: WholeRows?
    ) throws -> Statement {
        var statement = Statement()
        var condition = try part.condition(on: table, isBegun: place != nil, &statement)
        if let place { condition += " AND " + bound(order, ">", place, &statement) }
        let isHit = try conditions.narrowing(selection.condition, of: table, as: "t", &statement)
        let sorting = order.map { $0.sql() }.joined(separator: ", ")
        var inner = [
            "\(isHit) AS h", "t.xmin AS x",
        ]
        for (index, column) in order.enumerated() {
            inner.append("\(column.kind.reading(column.sql(), whole: true)) AS o\(index)")
            // By these the server sees that its answer is in order already.
            inner.append("\(column.sql()) AS s\(index)")
        }
        inner.append("row_number() OVER (ORDER BY \(sorting)) AS place")
        let own = zip(columns.indices, sorted(order)).filter { $0.1 == nil }.map(\.0)
        for index in own {
            let column = columns[index]
            inner.append("\(column.shape.map { $0.kind.reading($0.sql()) } ?? "NULL::text") AS c\(index)")
        }
        for (index, lookup) in lookups.enumerated() {
            inner.append("\(lookup.column.map { $0.sql() } ?? "NULL::text") AS l\(index)")
        }
        if let whole { inner += whole.inner(where: isHit) }
        // In a query of its own, it is found out once.
        let horizon = "(SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::int8)"
        var outer = ["p.h", "p.x", horizon]
        outer += order.indices.map { "p.o\($0)" }
        outer.append("p.place")
        if let whole { outer += whole.outer }
        outer += own.map { "p.c\($0)" }
        var joins = ""
        for (index, lookup) in lookups.enumerated() {
            outer.append("f\(index).found")
            outer += lookup.places.indices.map { "f\(index).v\($0)" }
            joins += join(lookup, index, &statement)
        }
        statement.sql = """
            SELECT \(outer.joined(separator: ", ")) FROM (SELECT \(inner.joined(separator: ", ")) FROM \(table.ownRows) AS t \
            WHERE \(condition) ORDER BY \(sorting) LIMIT \(limit)) AS p\(joins) \
            WHERE p.h OR p.place = \(limit) ORDER BY \(order.indices.map { "p.s\($0)" }.joined(separator: ", "))
            """
        return statement
    }

    /// The row of another table to which a column leads. Whether the column says anything shows even where there is none.
    private func join(_ plan: LookupPlan, _ index: Int, _ statement: inout Statement) -> String {
        let values = plan.places.enumerated().map {
            "\($1.shape.map { $0.kind.reading($0.sql("other")) } ?? "NULL::text") AS v\($0)"
        }
        let leads = plan.column.map { column in
            plan.target.link(to: column, as: "other", "p").replacing("p.\(quoted(column.name))", with: "p.l\(index)")
        }
        return """
             LEFT JOIN LATERAL (SELECT true AS found, \(values.joined(separator: ", ")) FROM \(plan.table.sql) AS other \
            WHERE \(leads ?? "false")\(passingOver(plan, &statement)) LIMIT 1) AS f\(index) ON p.h
            """
    }

    /// Leaves out rows that an earlier operation of a dry run would have deleted.
    private func passingOver(_ plan: LookupPlan, _ statement: inout Statement) -> String {
        guard plan.lookup.passesOverGone, let gone = gone?.gone(of: plan.table.number), !gone.isEmpty,
            plan.table.primaryKey.count == 1, let key = plan.table.column(plan.table.primaryKey[0])
        else { return "" }
        return " AND \(key.sql("other")) <> ALL (\(statement.bind(gone.compactMap(key.kind.argument)))::\(key.type)[])"
    }

    /// Rows on one side of a place.
    func bound(_ order: [ColumnShape], _ comparison: String, _ place: [[UInt8]?], _ statement: inout Statement)
        -> String
    {
        let marks = zip(order, place).map { "\(statement.bind($1))::\($0.kind == .other ? "\($0.type)" : $0.type)" }
        return order.count == 1
            ? "\(order[0].sql()) \(comparison) \(marks[0])"
            : "(\(order.map { $0.sql() }.joined(separator: ", "))) \(comparison) (\(marks.joined(separator: ", ")))"
    }

    private func row(_ rows: PostgresRows, _ row: Int, _ sorted: [Int?], from first: Int) -> SelectedRow {
        var column = first
        func value(_ kind: ColumnKind) -> Value {
            defer { column += 1 }
            return kind.value(rows.bytes(row, column))
        }
        var values: [Value] = []
        values.reserveCapacity(kinds.count)
        for (place, kind) in kinds.enumerated() {
            values.append(sorted[place].map { kind.value(rows.bytes(row, Answer.sorted + $0)) } ?? value(kind))
        }
        var result = SelectedRow(layout, values: values)
        for (lookup, layout) in zip(lookups, layout.linked) {
            let isFound = rows.flag(row, column)
            column += 1
            let values = lookup.places.map { value($0.kind) }
            let leads = result[lookup.lookup.column] != .null
            result.links.append(isFound ? .found(SelectedRow(layout, values: values)) : leads ? .missing : .none)
        }
        return result
    }
}
