import GRDB
import Sweeping

/// Where a page of a scan ended: what the database itself said of the row, to the byte.
package struct ScanCursor: Sendable {
    /// Which of the scan's parts is being read.
    var part = 0
    /// The last row's value in the column that a range is sorted by, as it is kept.
    var value: Value?
    /// The last row's locator, as it is kept.
    var locator: [Value]?
}

/// A row as a scan reads it: kept values, of which the long ones are cut.
struct ScannedRow {
    let locator: [Value]
    let values: [Value]
}

/// Reads a table's rows page by page, each page resuming by key, bounded by the rows that are looked at, by the bytes that they have and
/// by the time that it takes.
struct RowScan {
    enum Part {
        /// Every row, in the order of the locator.
        case whole
        /// Rows with this value, through an index on the column.
        case equal(Fixed, index: IndexShape)
        /// Rows in a range of the column, in its order, through an index on it. `condition` says which, with `row` for the table;
        /// `fixed` is what stands before the column in the index.
        case range(column: String, condition: String, arguments: [Value], index: IndexShape, fixed: Fixed? = nil)
    }

    /// A column and the one value that is looked at.
    struct Fixed {
        let column: String
        let value: Value

        /// Whether values of other kinds are looked at too, which a column's affinity would make the same.
        var hasTwins = false

        var sql: String {
            let name = "row.\(quoted(column))"
            let isSame = "\(name) COLLATE BINARY = ?"
            return hasTwins ? "\(isSame) AND typeof(\(name)) = '\(value.storageClass)'" : isSame
        }
    }

    /// A page that has more ends early: where rows are large, memory doesn't follow them.
    static let pageBytes = 4 << 20
    /// A page looks at so many parts at the most.
    static let partsAtOnce = 100

    let table: TableShape
    /// The columns to read besides the locator.
    let columns: [String]
    let parts: [Part]
    let form: TextForm

    /// - Parameter deadline: the page ends with the first row behind it: with a rollback journal, whoever reads keeps the writers' commits
    ///   waiting.
    /// - Returns: the rows, and where to go on.
    /// - Throws: `StoreError` where the database doesn't lead on from the row that a page ended with: better none than the same for ever.
    func page(after cursor: ScanCursor?, limit: Int, until deadline: Duration, in database: Database) throws
        -> (rows: [ScannedRow], next: ScanCursor?)
    {
        var result: (rows: [ScannedRow], next: ScanCursor?) = ([], nil)
        // In one transaction, so that the row at the page's end is there when it is asked for once more.
        try database.inTransaction(.deferred) {
            result = try read(after: cursor ?? ScanCursor(), limit: limit, until: deadline, in: database)
            return .commit
        }
        return result
    }

    /// - Parameter looked: how many parts the page has been through.
    private func read(
        after place: ScanCursor, limit: Int, until deadline: Duration, in database: Database, looked: Int = 0
    ) throws
        -> (rows: [ScannedRow], next: ScanCursor?)
    {
        var rows: [ScannedRow] = []
        var room = RowScan.pageBytes
        for query in queries(parts[place.part], place) {
            let statement = try BoundStatement(cached: query.sql, in: database)
            var end: ScanCursor?
            try statement.forEach(query.arguments, [.integer(Int64(limit - rows.count))]) { result in
                let row = read(result)
                rows.append(row)
                room -= row.values.reduce(0) { $0 + $1.size }
                guard rows.count < limit, room > 0, MonotonicTime.now() < deadline else {
                    end = self.cursor(at: result, part: place.part)
                    return false
                }
                return true
            }
            if let end {
                try check(end, in: database)
                return (rows, end)
            }
        }
        guard place.part + 1 < parts.count else { return (rows, nil) }
        let next = ScanCursor(part: place.part + 1)
        // Many parts have few rows, or none: one page takes several of them.
        guard rows.count < limit / 2, looked < RowScan.partsAtOnce, MonotonicTime.now() < deadline else {
            return (rows, next)
        }
        let more = try read(
            after: next, limit: limit - rows.count, until: deadline, in: database, looked: looked + 1)
        return (rows + more.rows, more.next)
    }

    private func read(_ result: ResultRow) -> ScannedRow {
        ScannedRow(
            locator: locator(result),
            values: columns.indices.map { form.value(result, at: ($0 + width) * form.width) })
    }

    /// The place of the row at hand, with its values whole.
    private func cursor(at result: ResultRow, part: Int) -> ScanCursor {
        var place = ScanCursor(part: part, locator: locator(result, upTo: .max))
        if case .range(let column, _, _, _, _) = parts[part] {
            place.value = columns.firstIndex { $0.names(column) }
                .map { form.value(result, at: ($0 + width) * form.width, upTo: .max) }
        }
        return place
    }

    /// How many values name a row.
    private var width: Int { table.locator.parts.count }

    private func locator(_ result: ResultRow, upTo limit: Int = Value.longest + 1) -> [Value] {
        (0..<width).map { form.value(result, at: $0 * form.width, upTo: limit) }
    }

    /// Makes sure that the next page begins behind this one: the database has to find the row again by what was kept of it.
    private func check(_ place: ScanCursor, in database: Database) throws {
        var condition = table.locator.isSame(of: "row.", form)
        var arguments = (place.locator ?? []).flatMap(form.arguments)
        if case .range(let column, _, _, _, _) = parts[place.part], let value = place.value {
            condition += " AND row.\(quoted(column)) COLLATE BINARY = \(form.operand)"
            arguments += form.arguments(value)
        }
        var isThere = false
        let sql = "SELECT 1 FROM \(quoted(table.name)) AS row WHERE \(condition)"
        try BoundStatement(cached: sql, in: database).forEach(arguments) { _ in
            isThere = true
            return false
        }
        guard isThere else {
            throw StoreError(
                .other,
                "table \(table.name) doesn't lead on from one of its rows: look at it with PRAGMA integrity_check")
        }
    }

    /// The statements that together give the page: behind the last row among its equals first, then behind its value. Text is compared
    /// by its bytes, as the index is sorted, whatever the column's own collation is.
    func queries(_ part: Part, _ place: ScanCursor) -> [(sql: String, arguments: [Value])] {
        let locator = table.locator.order(of: "row.")
        let isBehind = table.locator.isBehind(of: "row.", form)
        let behind = place.locator == nil ? "" : " AND \(isBehind)"
        let reached = (place.locator ?? []).flatMap(form.arguments)
        switch part {
        case .whole:
            return [(select(where: "1\(behind)", order: locator, index: nil), reached)]
        case .equal(let fixed, let index):
            let sql = select(where: fixed.sql + behind, order: locator, index: index)
            return [(sql, [fixed.value] + reached)]
        case .range(let column, let condition, let arguments, let index, let fixed):
            let sorted = "row.\(quoted(column)) COLLATE BINARY"
            let first = fixed.map { $0.sql + " AND " } ?? ""
            let before = fixed.map { [$0.value] } ?? []
            guard let value = place.value.map(form.arguments), !reached.isEmpty else {
                let sql = select(where: first + condition, order: "\(sorted), \(locator)", index: index)
                return [(sql, before + arguments)]
            }
            return [
                (
                    select(
                        where: "\(first)\(sorted) = \(form.operand) AND \(isBehind)", order: locator, index: index),
                    before + value + reached
                ),
                (
                    select(
                        where: "\(first)\(condition) AND \(sorted) > \(form.operand)",
                        order: "\(sorted), \(locator)", index: index),
                    before + arguments + value
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
        let (condition, arguments, index): (String, [Value], IndexShape?) =
            switch part {
            case .whole: ("1", [], nil)
            case .equal(let fixed, let index): (fixed.sql, [fixed.value], index)
            case .range(_, let condition, let arguments, let index, let fixed):
                (
                    (fixed.map { $0.sql + " AND " } ?? "") + condition, (fixed.map { [$0.value] } ?? []) + arguments,
                    index
                )
            }
        let hint = index.map { " INDEXED BY \(quoted($0.name))" } ?? ""
        let sql =
            "SELECT count(*) FROM (SELECT 1 FROM \(quoted(table.name)) AS row\(hint) WHERE \(condition) LIMIT ?)"
        do {
            return try StopHandler { MonotonicTime.now() >= deadline }.guarding(database) {
                var count: Int?
                try BoundStatement(cached: sql, in: database).forEach(arguments, [.integer(Int64(limit))]) { row in
                    count = row.value(at: 0).wholeNumber
                    return false
                }
                return count
            }
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_INTERRUPT && MonotonicTime.now() >= deadline
        {
            return nil
        }
    }

    private func select(where condition: String, order: String, index: IndexShape?) -> String {
        let list = (table.locator.names(of: "row.") + columns.map { "row.\(quoted($0))" }).map(form.reading)
        let hint = index.map { " INDEXED BY \(quoted($0.name))" } ?? ""
        return "SELECT \(list.joined(separator: ", ")) FROM \(quoted(table.name)) AS row\(hint) WHERE \(condition)"
            + " ORDER BY \(order) LIMIT ?"
    }
}

extension Value {
    /// What SQLite's `typeof` says of it.
    var storageClass: String {
        switch self {
        case .null: "null"
        case .integer: "integer"
        case .real: "real"
        case .text: "text"
        case .blob: "blob"
        }
    }

    /// How many bytes it takes, roughly.
    fileprivate var size: Int {
        switch self {
        case .null, .integer, .real: 16
        case .text(let bytes), .blob(let bytes): 16 + bytes.count
        }
    }
}

/// The name as SQL has it, whatever characters are in it. (GRDB's own quoting leaves a quotation mark inside as it is.)
func quoted(_ identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"") + "\""
}
