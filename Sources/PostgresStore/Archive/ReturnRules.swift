import Sweeping

/// What a table's rules say of rows that are to come back, asked of the server without writing them: checks, columns that can't be NULL, and
/// what excludes another row, or must be unique, by an expression or among some rows alone.
struct ReturnRules {
    private struct Exclusion {
        let parts: [String]
        /// How each part of two rows is compared.
        let operators: [String]
        /// Which rows it concerns; nil for all.
        let condition: String?
    }

    /// So many bytes of rows are asked about at once.
    private static let most = 1 << 20
    private static let place = quoted("jobsweep place")

    private let table: TableShape
    private let columns: [ColumnShape]
    private let checks: [(name: String, condition: String)]
    private let exclusions: [Exclusion]

    /// - Parameter columns: those of the rows.
    init(of table: TableShape, _ columns: [ColumnShape], in link: PostgresLink) throws {
        self.table = table
        self.columns = columns
        let checks = try link.run(
            Statement(
                """
                SELECT conname::text, pg_get_expr(conbin, conrelid) FROM pg_constraint
                WHERE conrelid = \(table.number) AND contype = 'c' ORDER BY conname
                """))
        self.checks = (0..<checks.count).map { (checks.text($0, 0) ?? "", checks.text($0, 1) ?? "true") }
        let indexes = try link.run(
            Statement(
                """
                SELECT pg_get_expr(i.indpred, i.indrelid),
                  (SELECT array_agg(pg_get_indexdef(i.indexrelid, n, true) ORDER BY n)::text
                   FROM generate_series(1, i.indnkeyatts) AS n),
                  (SELECT array_agg(format('OPERATOR(%I.%s)', s.nspname, o.oprname) ORDER BY u.place)::text
                   FROM pg_constraint k, unnest(k.conexclop) WITH ORDINALITY AS u (number, place)
                     JOIN pg_operator o ON o.oid = u.number JOIN pg_namespace s ON s.oid = o.oprnamespace
                   WHERE k.conindid = i.indexrelid AND k.contype = 'x')
                FROM pg_index i WHERE i.indrelid = \(table.number)
                  AND (i.indisexclusion OR i.indisunique AND (i.indpred IS NOT NULL OR 0 = ANY (i.indkey::int2[])))
                """))
        exclusions = (0..<indexes.count).map { row in
            let parts = indexes.list(row, 1)
            let operators = indexes.bytes(row, 2) == nil ? parts.map { _ in "=" } : indexes.list(row, 2)
            return Exclusion(parts: parts, operators: operators, condition: indexes.text(row, 0))
        }
    }

    /// What the rules say of rows; nothing of those that they let come.
    func judge(_ rows: [[Value]], in link: PostgresLink) throws -> [Int: PutBack] {
        var results: [Int: PutBack] = [:]
        var next = 0
        while next < rows.count {
            var size = 0
            let part = rows[next...].prefix { row in
                defer { size += row.size }
                return size < ReturnRules.most
            }
            for (row, result) in try judge(part: Array(part), in: link) { results[next + row] = result }
            next += part.count
        }
        return results
    }

    private func judge(part rows: [[Value]], in link: PostgresLink) throws -> [Int: PutBack] {
        var results: [Int: PutBack] = [:]
        if !checks.isEmpty || !exclusions.isEmpty {
            let found = try link.run(question(rows))
            for number in (0..<found.count).reversed() {
                guard let row = found.integer(number, 0), let rule = found.integer(number, 1) else { continue }
                results[Int(row) - 1] =
                    rule >= checks.count
                    ? .taken
                    : .refused(
                        "new row for relation \"\(table.name)\" violates check constraint \"\(checks[Int(rule)].name)\""
                    )
            }
        }
        for (row, values) in rows.enumerated() {
            for (column, value) in zip(columns, values) where column.isMandatory && value.isNull {
                results[row] = .refused(
                    "null value in column \"\(column.name)\" of relation \"\(table.name)\" violates not-null constraint"
                )
                break
            }
        }
        return results
    }

    /// Gives the rows that a rule is against, each with the rule's number, the first one first.
    private func question(_ rows: [[Value]]) -> Statement {
        var statement = Statement()
        // An array of arrays would come apart.
        let lists = columns.indices.map { place in
            "\(statement.bind(rows.map { ExactText.argument($0[place]) }))::text[]"
        }
        let names = columns.indices.map { "c\($0)" }
        let values = zip(names, columns).map { "u.\($0)::\($1.type) AS \(quoted($1.name))" }
        let violated = checks.enumerated().map { number, check in
            "SELECT \(ReturnRules.place) AS place, \(number) AS rule FROM coming WHERE NOT (\(check.condition))"
        }
        let excluded = exclusions.enumerated().map { number, exclusion in
            let parts = exclusion.parts.enumerated().map { "(\($1)) AS e\($0)" }.joined(separator: ", ")
            let condition = exclusion.condition.map { " WHERE \($0)" } ?? ""
            let meet = exclusion.operators.enumerated().map { "a.e\($0) \($1) b.e\($0)" }.joined(separator: " AND ")
            return """
                SELECT a.place, \(checks.count + number) FROM (SELECT \(ReturnRules.place) AS place, \(parts) FROM coming\(condition)) AS a \
                WHERE EXISTS (SELECT 1 FROM (SELECT \(parts) FROM \(table.sql)\(condition)) AS b WHERE \(meet))
                """
        }
        statement.sql = """
            WITH coming AS (SELECT \(values.joined(separator: ", ")), u.place AS \(ReturnRules.place) \
            FROM unnest(\(lists.joined(separator: ", "))) WITH ORDINALITY AS u (\(names.joined(separator: ", ")), place)) \
            SELECT place, rule::int8 FROM (\((violated + excluded).joined(separator: " UNION ALL "))) AS found (place, rule) ORDER BY place, rule
            """
        return statement
    }
}
