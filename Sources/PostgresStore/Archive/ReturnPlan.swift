import Sweeping

/// The statements that look for some archived rows of one table and put them back.
struct ReturnPlan {
    let table: KeptTable
    private let archived: ArchivedTable
    /// The archive's columns as the table has them now.
    let columns: [ColumnShape]
    /// The columns of the key, or none.
    private let key: [ColumnShape]

    /// So many values a statement may have bound at most; PostgreSQL's own limit is 65,535.
    private static let mostValues = 30_000

    /// - Throws: `StoreError` that says why no row of the table can be put back.
    init(_ archived: ArchivedTable, _ schema: PostgresSchema, in link: PostgresLink) throws(StoreError) {
        self.archived = archived
        let shape: TableShape
        do {
            shape = try schema.table(archived.table, in: link)
        } catch let error as StoreError where error.code == .schema {
            throw StoreError(.schema, "there is no table \(archived.table) any more")
        } catch {
            throw StoreError(.schema, "\(error)")
        }
        table = KeptTable(shape, as: archived.table, isReadable: true)
        var columns: [ColumnShape] = []
        for column in archived.columns {
            guard let own = shape.column(column.name) else {
                throw StoreError(.schema, "table \(archived.table) has no column \(column.name) any more")
            }
            guard !own.isComputed else {
                throw StoreError(
                    .schema, "column \(column.name) of table \(archived.table) is computed now, and was none that is")
            }
            columns.append(own)
        }
        self.columns = columns
        key = archived.key.map { columns[$0] }
    }

    var isNumbered: Bool { key.isEmpty }
    private var list: String { columns.map { $0.sql() }.joined(separator: ", ") }

    /// What a row's statement has to find, for whoever remembers it: of a row that was changed, what it was made.
    func name(of row: ArchivedRow) -> [Value] {
        var values = row.values
        if case .changed(let new) = row.fate { values = new }
        return isNumbered ? values : archived.key.map { values[$0] }
    }

    /// What its statement names once it is as it was.
    func oldName(of row: ArchivedRow) -> [Value] { name(row.values) }

    private func name(_ values: [Value]) -> [Value] { isNumbered ? values : archived.key.map { values[$0] } }

    // MARK: - Looking

    /// A row as it is now.
    struct Found {
        let values: [Value]
        /// The transaction that wrote it last; only where a key names the row.
        let writer: [UInt8]?
    }

    /// Asks for what has the rows' names now.
    /// - Parameter foreignKeys: those of the table, which may lead to rows that no key names.
    func looking(for rows: [ArchivedRow], by foreignKeys: [ForeignKeyShape]) -> Statement {
        var statement = Statement()
        statement.isText = true
        let narrowing =
            isNumbered ? narrowing(rows, foreignKeys) : key.map { column in (column, rows.map { self[column, $0] }) }
        guard !narrowing.isEmpty else {
            statement.sql = "SELECT t.xmin, \(list) FROM \(table.shape.ownRows) AS t"
            return statement
        }
        let lists = narrowing.map { "\(statement.bind($1.map(ExactText.argument)))::\($0.type)[]" }
        let names = narrowing.indices.map { "k\($0)" }.joined(separator: ", ")
        let link = zip(narrowing.indices, narrowing).map { "\($1.0.sql()) = g.k\($0)" }.joined(separator: " AND ")
        statement.sql = """
            SELECT t.xmin, \(list) FROM (SELECT DISTINCT * FROM unnest(\(lists.joined(separator: ", "))) AS g (\(names))) AS g \
            JOIN \(table.shape.ownRows) AS t ON \(link)
            """
        return statement
    }

    /// A foreign key's columns and what the rows have in them, where all of them have something.
    private func narrowing(_ rows: [ArchivedRow], _ foreignKeys: [ForeignKeyShape]) -> [(ColumnShape, [Value])] {
        for foreignKey in foreignKeys {
            let own = foreignKey.childColumns.compactMap(table.shape.column)
            let values = own.map { column in rows.map { self[column, $0] } }
            guard own.count == foreignKey.childColumns.count, !own.isEmpty,
                values.allSatisfy({ $0.allSatisfy { !$0.isNull } })
            else { continue }
            return Array(zip(own, values))
        }
        return []
    }

    /// What a row has in a column that the archive knows, under the name that it has now.
    subscript(column: ColumnShape, row: ArchivedRow) -> Value {
        guard let place = columns.firstIndex(where: { $0.number == column.number }) else { return .null }
        if case .changed(let new) = row.fate { return new[place] }
        return row.values[place]
    }

    /// A row of an answer to `looking`.
    func found(_ rows: PostgresRows, _ row: Int) -> (name: [Value], found: Found) {
        let values = values(rows, row, from: 1)
        return (name(values), Found(values: values, writer: rows.bytes(row, 0).map(Array.init)))
    }

    private func values(_ rows: PostgresRows, _ row: Int, from first: Int) -> [Value] {
        columns.indices.map { ExactText.value(rows.bytes(row, first + $0), columns[$0].kind) }
    }

    // MARK: - Putting back

    /// Inserts rows that aren't there, some with each statement.
    func inserting(_ rows: [ArchivedRow]) -> [Statement] {
        let most = max(1, ReturnPlan.mostValues / max(1, columns.count))
        return stride(from: 0, to: rows.count, by: most).map { start in
            var statement = Statement()
            statement.isText = true
            let insertion = insertion(rows[start..<min(start + most, rows.count)]) { value in
                statement.bind(ExactText.argument(value))
            }
            statement.sql = "\(insertion) RETURNING \(list)"
            return statement
        }
    }

    /// Inserts rows of several tables in one statement: PostgreSQL checks its foreign keys at the end of it, those that can't be deferred
    /// included.
    static func inserting(_ parts: [(plan: ReturnPlan, rows: [ArchivedRow])]) -> Statement {
        let values = parts.reduce(0) { $0 + $1.rows.count * $1.plan.columns.count }
        var statement = Statement()
        let insertions = parts.enumerated().map { number, part in
            let insertion = part.plan.insertion(part.rows[...]) { value in
                // More than can be bound stands in the statement itself.
                guard values > mostValues else { return statement.bind(ExactText.argument(value)) }
                return ExactText.argument(value).map { literal(String(decoding: $0, as: UTF8.self)) } ?? "NULL"
            }
            return "part\(number) AS (\(insertion))"
        }
        statement.sql = "WITH \(insertions.joined(separator: ", ")) SELECT"
        return statement
    }

    /// Whether a row that is in the way is an error, from which the batch is narrowed down, and not passed over in silence. PostgreSQL passes
    /// over nothing in a table of which something must be unique only in the end; and where a trigger may leave rows out, silence wouldn't tell
    /// which of the two it was.
    private var isStrict: Bool { table.shape.hasDeferrableKeys || table.shape.hasInsertTriggers }

    /// What became of a row that was to be inserted and of which nothing was.
    var unwritten: PutBack { isStrict ? .leftOut : .taken }

    private func insertion(_ rows: ArraySlice<ArchivedRow>, _ argument: (Value) -> String) -> String {
        let lines = rows.map { row in "(" + row.values.map(argument).joined(separator: ", ") + ")" }
        let names = columns.map { quoted($0.name) }.joined(separator: ", ")
        return """
            INSERT INTO \(table.shape.sql) AS t (\(names)) OVERRIDING SYSTEM VALUE VALUES \(lines.joined(separator: ", "))\
            \(isStrict ? "" : " ON CONFLICT DO NOTHING")
            """
    }

    /// Gives a row that is there its old values, as long as nobody writes it meanwhile.
    func updating(_ row: ArchivedRow, from now: Found) -> Statement {
        var statement = Statement()
        statement.isText = true
        let places = columns.indices.filter { !now.values[$0].isIdentical(to: row.values[$0]) }
        let sets = places.map { "\(quoted(columns[$0].name)) = \(statement.bind(ExactText.argument(row.values[$0])))" }
        var conditions = archived.key.map { place in
            "\(columns[place].sql()) = \(statement.bind(ExactText.argument(now.values[place])))"
        }
        if let writer = now.writer { conditions.append("t.xmin = \(statement.bind(writer))") }
        statement.sql = """
            UPDATE \(table.shape.ownRows) AS t SET \(sets.joined(separator: ", ")) WHERE \(conditions.joined(separator: " AND ")) \
            RETURNING \(list)
            """
        return statement
    }

    /// The rows of an answer of either.
    func written(_ rows: PostgresRows) -> [(name: [Value], values: [Value])] {
        (0..<rows.count).map { row in
            let values = values(rows, row, from: 0)
            return (name(values), values)
        }
    }
}
