import GRDB
import Sweeping

/// What of a selection's condition an index can serve, so that a scan needn't look at the whole table.
///
/// A time that rows must lie behind goes before words that they must have: the words of rows that are over are those of nearly all. Best
/// is an index that has the words first and the time behind them.
struct Narrowing {
    private let selection: Selection
    private let table: TableShape
    private let reader: (ReadColumn) throws -> TimeReader
    private let database: Database

    /// - Parameter reader: says how a column's times are read.
    static func parts(
        of selection: Selection, on table: TableShape, in database: Database,
        readingBy reader: (ReadColumn) throws -> TimeReader
    ) throws -> [RowScan.Part] {
        try withoutActuallyEscaping(reader) { reader in
            try Narrowing(selection: selection, table: table, reader: reader, database: database).parts()
        }
    }

    private func parts() throws -> [RowScan.Part] {
        for case .isOver(.column(let column), let retention, let now) in selection.condition.conjuncts {
            // Where nothing is ever old, nothing but what can't be read needs to be looked at.
            let cutoff = retention.shortest.map { now - $0 } ?? Timestamp(microseconds: 0)
            let reader = try reader(selection.allColumns.first { $0.name.isSame(as: column) } ?? .time(column))
            func ranges(_ index: IndexShape) -> [RowScan.Part] {
                TimeRange.parts(of: column, before: cutoff, read: reader, index: index)
            }
            if let index = table.index(leading: column) { return ranges(index) }
            if let parts = Narrowing.fixed(of: selection, on: table, before: column, ranges) { return parts }
            if let index = try usable(table.partialIndexes(leading: column), ranges) { return ranges(index) }
        }
        guard let (column, values) = Narrowing.values(of: selection, on: table),
            let index = table.index(leading: column)
        else { return [.whole] }
        return Narrowing.fixed(column, values).map { .equal($0, index: index) }
    }

    /// An index that has only some of the rows is of use where SQLite itself knows that these are all that the ranges have.
    private func usable(_ indexes: [IndexShape], _ ranges: (IndexShape) -> [RowScan.Part]) throws -> IndexShape? {
        try indexes.first { index in
            let scan = RowScan(table: table, columns: [], parts: ranges(index), form: TextForm(.utf8))
            return try scan.parts.allSatisfy { part in
                try scan.queries(part, ScanCursor()).allSatisfy { query in
                    do {
                        _ = try database.makeStatement(sql: query.sql)
                        return true
                    } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
                        return false
                    }
                }
            }
        }
    }

    /// Ranges behind each of the words that rows must have, by an index that has both.
    private static func fixed(
        of selection: Selection, on table: TableShape, before column: String,
        _ ranges: (IndexShape) -> [RowScan.Part]
    ) -> [RowScan.Part]? {
        for case .isIn(let word, let values) in selection.condition.conjuncts where !values.contains(.null) {
            guard let index = table.index(leading: word, then: column) else { continue }
            return fixed(word, values).flatMap { fixed in
                ranges(index).map { part in
                    guard case .range(let column, let condition, let arguments, let index, _) = part else {
                        return part
                    }
                    return .range(
                        column: column, condition: condition, arguments: arguments, index: index,
                        fixed: fixed)
                }
            }
        }
        return nil
    }

    private static func fixed(_ column: String, _ values: [Value]) -> [RowScan.Fixed] {
        let hasTwins = Set(values.map(\.storageClass)).count > 1
        return values.map { RowScan.Fixed(column: column, value: $0, hasTwins: hasTwins) }
    }

    /// The column that an index would have to lead to; nil where none would help, or one is there.
    static func missingIndex(of selection: Selection, on table: TableShape) -> String? {
        let conditions = selection.condition.conjuncts
        for case .isOver(.column(let column), _, _) in conditions {
            let isServed =
                table.index(leading: column) != nil || !table.partialIndexes(leading: column).isEmpty
                || fixed(of: selection, on: table, before: column, { _ in [] }) != nil
            return isServed ? nil : column
        }
        for case .isIn(let column, let values) in conditions where !values.contains(.null) {
            return table.index(leading: column) == nil ? column : nil
        }
        return nil
    }

    /// Values of which a row has to have one, in a column that an index leads to.
    static func values(of selection: Selection, on table: TableShape) -> (column: String, values: [Value])? {
        for case .isIn(let column, let values) in selection.condition.conjuncts
        where table.index(leading: column) != nil && !values.contains(.null) {
            return (column, values)
        }
        return nil
    }
}
