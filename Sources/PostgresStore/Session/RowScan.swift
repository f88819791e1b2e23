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

    /// What the first columns of a page's answer are.
    private enum Answer {
        static let isHit = 0
        static let writer = 1
        static let horizon = 2
        static let sorted = 3
    }

    /// Where the values of a page's answer are. What several ask for comes once.
    struct AnswerColumns {
        /// What the part is sorted by, from `Answer.sorted` on.
        let order: [ColumnKind]
        /// The number of the row among those that were looked at; nil where all of them come.
        fileprivate var place: Int?
        /// Whether a row comes whole, and where its values are then.
        fileprivate(set) var fits = 0
        fileprivate(set) var whole: [Int] = []
        /// The selection's columns.
        fileprivate(set) var own: [Int] = []
        /// The first of the rows to which columns lead.
        fileprivate(set) var links = 0
        /// What is asked for.
        fileprivate(set) var asked: [String]

        fileprivate init(_ order: [ColumnKind], isDense: Bool) {
            self.order = order
            // In a query of its own, the horizon is found out once.
            asked = [
                "p.h", "p.x", "(SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::int8)",
            ]
            asked += order.indices.map { "p.o\($0)" }
            if !isDense { place = ask("p.place") }
        }

        fileprivate mutating func ask(_ column: String) -> Int {
            asked.append(column)
            return asked.count - 1
        }
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
        kinds = columns.map(\.kind)
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
        let columns = answer(part, whole, isDense: cursor.isDense)
        let rows = try reading(
            try statement(part, columns, after: cursor.place, limit: limit, whole: whole),
            isExact: whole != nil, isWalk: true, in: link)
        // The last row that was looked at says where to go on, whatever it is.
        let last = rows.count - 1
        let looked = columns.place.map { last < 0 ? 0 : Int(rows.integer(last, $0) ?? 0) } ?? rows.count
        let next =
            looked == limit && last >= 0
            ? ScanCursor(
                part: cursor.part,
                place: columns.order.enumerated().map { $1.argument(rows.bytes(last, Answer.sorted + $0)) },
                isDense: (0..<rows.count).count { rows.flag($0, Answer.isHit) } * 2 >= looked)
            : cursor.part + 1 < parts.count ? ScanCursor(part: cursor.part + 1) : nil
        return ReadPage(scan: self, part: part, rows: rows, columns: columns, whole: whole, next: next)
    }

    /// Looks through a page that was read.
    /// - Parameter ahead: takes the rows that came whole.
    func page(_ read: ReadPage, ahead: (any RowsAhead)? = nil) -> Page<PostgresKey, ScanCursor> {
        let (rows, columns) = (read.rows, read.columns)
        var found: [SelectedRow] = []
        var places = WirePlaces(columns.order, rows: rows.count)
        var writers: [UInt32] = []
        found.reserveCapacity(rows.count)
        writers.reserveCapacity(rows.count)
        var horizon: UInt32 = 0
        var inUnit: [Int?] = []
        var count = 0
        for row in 0..<rows.count where rows.flag(row, Answer.isHit) {
            horizon = UInt32(truncatingIfNeeded: rows.integer(row, Answer.horizon) ?? 0)
            writers.append(UInt32(truncatingIfNeeded: rows.integer(row, Answer.writer) ?? 0))
            for column in columns.order.indices { places.append(rows.bytes(row, Answer.sorted + column)) }
            found.append(self.row(rows, row, columns))
            guard let whole = read.whole, let ahead else { continue }
            let isWhole = rows.flag(row, columns.fits)
            if isWhole { ahead.put(whole.table.archived) { whole.write(rows, row, columns.whole, to: &$0) } }
            inUnit.append(isWhole ? count : nil)
            count += isWhole ? 1 : 0
        }
        let memory = PageRows(
            selection: selection, part: read.part, horizon: horizon, places: places, writers: writers,
            ahead: read.whole.flatMap { whole in
                ahead?.seal().map { PageRows.Ahead(table: whole.table.archived, unit: $0, places: inUnit) }
            })
        return Page(
            rows: found.enumerated().map { (PostgresKey(page: memory, row: $0), $1) }, next: read.next)
    }

    private func answer(_ part: ScanPart, _ whole: WholeRows?, isDense: Bool) -> AnswerColumns {
        let order = order(part)
        func sorted(_ column: ColumnShape) -> Int? {
            order.firstIndex { $0.number == column.number }.map { Answer.sorted + $0 }
        }
        var answer = AnswerColumns(order.map(\.kind), isDense: isDense)
        if let whole {
            answer.fits = answer.ask("p.fits")
            answer.whole = whole.table.columns.enumerated().map { place, column in
                (WholeRows.isWhole(inOrder: column) ? sorted(column) : nil) ?? answer.ask(whole.outer(place))
            }
        }
        answer.own = columns.enumerated().map { place, column in
            guard let shape = column.shape else { return answer.ask("p.c\(place)") }
            let kept = whole?.place(ofFixed: shape).map { answer.whole[$0] }
            return sorted(shape) ?? kept ?? answer.ask("p.c\(place)")
        }
        answer.links = answer.asked.count
        return answer
    }

    /// The rows of a page, and the last row that was looked at for it. The walk itself takes all rows of the part, so that rows that
    /// don't qualify bound a page as well. Where most qualify all of them come: to number them costs more than those few.
    private func statement(
        _ part: ScanPart, _ answer: AnswerColumns, after place: [[UInt8]?]?, limit: Int, whole: WholeRows?
    ) throws -> Statement {
        let order = order(part)
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
        if answer.place != nil { inner.append("row_number() OVER (ORDER BY \(sorting)) AS place") }
        for (index, column) in columns.enumerated() {
            inner.append("\(column.shape.map { $0.kind.reading($0.sql()) } ?? "NULL::text") AS c\(index)")
        }
        for (index, lookup) in lookups.enumerated() {
            inner.append("\(lookup.column.map { $0.sql() } ?? "NULL::text") AS l\(index)")
        }
        if let whole { inner += whole.inner(where: isHit) }
        var outer = answer.asked
        var joins = ""
        for (index, lookup) in lookups.enumerated() {
            outer.append("f\(index).found")
            outer += lookup.places.indices.map { "f\(index).v\($0)" }
            joins += join(lookup, index, &statement)
        }
        let hits = answer.place.map { _ in " WHERE p.h OR p.place = \(limit)" } ?? ""
        statement.sql = """
            SELECT \(outer.joined(separator: ", ")) FROM (SELECT \(inner.joined(separator: ", ")) FROM \(table.ownRows) AS t \
            WHERE \(condition) ORDER BY \(sorting) LIMIT \(limit)) AS p\(joins)\(hits) \
            ORDER BY \(order.indices.map { "p.s\($0)" }.joined(separator: ", "))
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
        return " AND \(key.sql("other")) <> ALL (\(statement.bind(gone.compactMap(key.argument)))::\(key.type)[])"
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

    private func row(_ rows: PostgresRows, _ row: Int, _ answer: AnswerColumns) -> SelectedRow {
        var result = SelectedRow(
            layout, values: kinds.indices.map { kinds[$0].value(rows.bytes(row, answer.own[$0])) })
        var column = answer.links
        for (lookup, layout) in zip(lookups, layout.linked) {
            let isFound = rows.flag(row, column)
            let values = lookup.places.enumerated().map { $1.kind.value(rows.bytes(row, column + 1 + $0)) }
            column += 1 + values.count
            let leads = result[lookup.lookup.column] != .null
            result.links.append(isFound ? .found(SelectedRow(layout, values: values)) : leads ? .missing : .none)
        }
        return result
    }
}
