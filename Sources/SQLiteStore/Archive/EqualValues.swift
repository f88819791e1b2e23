import GRDB
import Sweeping

/// What SQLite has alike for all values that equal each other in some columns of a table: those to which foreign keys lead. Of what refers to
/// them, it compares what the columns would have stored of it, and text by their collations.
struct EqualValues {
    private let columns: [ColumnFacts]
    private let form: TextForm
    private let sql: String

    /// Nil where the table has no such columns.
    init?(in columns: [String], of table: String, _ form: TextForm, _ database: Database) throws {
        self.columns = try columns.compactMap { try ColumnFacts($0, of: table, in: database) }
        guard self.columns.count == columns.count, !columns.isEmpty else { return nil }
        self.form = form
        let values = columns.indices.map { "\(form.operand) AS v\($0)" }.joined(separator: ", ")
        let readings = zip(self.columns, columns.indices).map { form.reading($0.unified("v\($1)")) }
        sql = "SELECT \(readings.joined(separator: ", ")) FROM (SELECT \(values))"
    }

    /// Whether what refers to the columns equals them only where it is the same.
    func areTheSame(from children: [ColumnFacts]) -> Bool {
        zip(columns, children).allSatisfy { own, child in
            guard own.isBinary, let affinity = own.affinity, let others = child.affinity else { return false }
            return affinity == others || affinity.isNumeric && others.isNumeric
        }
    }

    func of(_ values: [Value], in database: Database) throws -> [Value] {
        var unified = values
        try BoundStatement(cached: sql, in: database).forEach(values.flatMap(form.arguments)) { row in
            unified = values.indices.map { form.value(row, at: $0 * form.width, upTo: .max) }
            return false
        }
        return unified
    }
}

extension ColumnFacts {
    /// An expression for what all values that equal one here have alike.
    fileprivate func unified(_ value: String) -> String {
        let stored =
            switch affinity {
            case .integer, .real, .numeric:
                // Compared with a number, text that looks like one is one.
                """
                CASE WHEN typeof(\(value)) = 'text' AND CAST(\(value) AS NUMERIC) = \(value) THEN CAST(\(value) AS NUMERIC) \
                ELSE \(value) END
                """
            case .text:
                "CASE WHEN typeof(\(value)) IN ('integer', 'real') THEN CAST(\(value) AS TEXT) ELSE \(value) END"
            case .blob, nil: value
            }
        func ofText(_ text: String) -> String { "CASE typeof(\(stored)) WHEN 'text' THEN \(text) ELSE \(stored) END" }
        return switch collation {
        case "NOCASE": ofText("lower(\(stored))")
        case "RTRIM": ofText("rtrim(\(stored), ' ')")
        default: stored
        }
    }
}
