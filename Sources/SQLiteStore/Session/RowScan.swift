import GRDB
import Sweeping

/// Where a page of a scan ended.
package struct ScanCursor: Sendable {
    /// Which of the scan's parts is being read.
    var part = 0
    /// The last row's value in the column that a range is sorted by.
    var value: DatabaseValue?
    /// The last row's locator.
    var locator: DatabaseValue?
}

/// Reads a table's rows page by page, each page resuming by key, bounded by the rows that are looked at.
struct RowScan {
    enum Part {
        /// Every row, in the order of the locator.
        case whole
        /// Rows with this value, through an index on the column.
        case equal(column: String, value: DatabaseValue, index: IndexShape)
        /// Rows in a range of the column, in its order, through an index on it. `condition` says which, with `row` for the table.
        case range(column: String, condition: String, arguments: [String], index: IndexShape)
    }

    let table: TableShape
    /// The columns to read besides the locator.
    let columns: [String]
    let parts: [Part]

    /// - Returns: the rows, each with the locator in front of the columns, and where to go on.
    func page(after cursor: ScanCursor?, limit: Int, in database: Database) throws -> (rows: [Row], next: ScanCursor?) {
        var place = cursor ?? ScanCursor()
        let part = parts[place.part]
        var rows: [Row] = []
        for query in queries(part, place, limit: limit) where rows.count < limit {
            let statement = try database.cachedStatement(sql: query.sql)
            let arguments = StatementArguments(query.arguments + [(limit - rows.count).databaseValue])
            rows += try Row.fetchAll(statement, arguments: arguments)
        }
        if rows.count == limit, let last = rows.last {
            place.locator = last[0]
            if case .range(let column, _, _, _) = part, let position = columns.firstIndex(of: column) {
                place.value = last[position + 1]
            }
            return (rows, place)
        }
        return (rows, place.part + 1 < parts.count ? ScanCursor(part: place.part + 1) : nil)
    }

    /// The statements that together give the page: behind the last row among its equals first, then behind its value.
    func queries(_ part: Part, _ place: ScanCursor, limit: Int) -> [(sql: String, arguments: [DatabaseValue])] {
        let locator = "row.\(table.locator)"
        let behind = place.locator == nil ? "" : " AND \(locator) > ?"
        let reached = place.locator.map { [$0] } ?? []
        switch part {
        case .whole:
            return [(select(where: "1\(behind)", order: locator, index: nil), reached)]
        case .equal(let column, let value, let index):
            let sql = select(where: "row.\(quoted(column)) = ?\(behind)", order: locator, index: index)
            return [(sql, [value] + reached)]
        case .range(let column, let condition, let arguments, let index):
            let sorted = "row.\(quoted(column))"
            let bounds = arguments.map(\.databaseValue)
            guard let value = place.value, let last = place.locator else {
                return [(select(where: condition, order: "\(sorted), \(locator)", index: index), bounds)]
            }
            return [
                (select(where: "\(sorted) = ? AND \(locator) > ?", order: locator, index: index), [value, last]),
                (
                    select(where: "\(condition) AND \(sorted) > ?", order: "\(sorted), \(locator)", index: index),
                    bounds + [value]
                ),
            ]
        }
    }

    /// Counts the rows that the pages have together, in ever larger steps, for as long as there is time: a step that wasn't done in time
    /// says nothing.
    func count(until deadline: Duration, in database: Database) throws -> RowCount {
        var total = 0
        for part in parts {
            var known = 0
            var limit = 10_000
            while true {
                guard let found = try count(part, limit: limit, until: deadline, in: database) else {
                    return RowCount(total + known, isLeast: true)
                }
                known = found
                if found < limit { break }
                limit *= 10
            }
            total += known
        }
        return RowCount(total)
    }

    /// - Returns: nil where the time wasn't enough.
    private func count(_ part: Part, limit: Int, until deadline: Duration, in database: Database) throws -> Int? {
        let (condition, arguments, index): (String, [DatabaseValue], IndexShape?) =
            switch part {
            case .whole: ("1", [], nil)
            case .equal(let column, let value, let index): ("row.\(quoted(column)) = ?", [value], index)
            case .range(_, let condition, let arguments, let index):
                (condition, arguments.map(\.databaseValue), index)
            }
        let hint = index.map { " INDEXED BY \(quoted($0.name))" } ?? ""
        let sql =
            "SELECT count(*) FROM (SELECT 1 FROM \(quoted(table.name)) AS row\(hint) WHERE \(condition) LIMIT ?)"
        do {
            return try StopHandler { MonotonicTime.now() >= deadline }.guarding(database) {
                try Int.fetchOne(database, sql: sql, arguments: StatementArguments(arguments + [limit.databaseValue]))
            }
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_INTERRUPT && MonotonicTime.now() >= deadline
        {
            return nil
        }
    }

    private func select(where condition: String, order: String, index: IndexShape?) -> String {
        let list = (["row.\(table.locator)"] + columns.map { "row.\(quoted($0))" }).joined(separator: ", ")
        let hint = index.map { " INDEXED BY \(quoted($0.name))" } ?? ""
        return "SELECT \(list) FROM \(quoted(table.name)) AS row\(hint) WHERE \(condition) ORDER BY \(order) LIMIT ?"
    }
}

/// The name as SQL has it, whatever characters are in it. (GRDB's own quoting leaves a quotation mark inside as it is.)
func quoted(_ identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"") + "\""
}
