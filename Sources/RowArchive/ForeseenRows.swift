import Glibc
import Sweeping

/// Rows that the file has before it is known that they go, in the order in which they were foreseen, which is the order in which they go
/// but for those that stay.
struct ForeseenRows {
    struct Row {
        let table: ArchivedTable
        let number: Int64?
        /// None once it went.
        fileprivate(set) var values: [Value]
        /// Which of the file's units it is in, and its place among the unit's rows.
        let unit: Int
        let ordinal: Int
        /// Whether it went.
        fileprivate(set) var isUsed = false
    }

    /// So many bytes are remembered, and what was foreseen last; what stays longer than that is kept with its transaction, should it go
    /// after all.
    private static let most = 4 << 20
    /// What a value takes besides what is in it, about.
    private static let valueOverhead = 64

    private var rows: [Row] = []
    private var places: [RowName: Int] = [:]
    /// Where the next row that goes is expected.
    private var next = 0

    subscript(place: Int) -> Row { rows[place] }

    // MARK: - Before the lock

    /// Lets go of the rows that went, and of the first of the others where there are too many.
    mutating func makeRoom() {
        var room = ForeseenRows.most
        var kept: [Row] = []
        for row in rows.reversed() where !row.isUsed {
            room -= row.values.size + row.values.count * ForeseenRows.valueOverhead
            guard room >= 0 || row.unit == rows.last?.unit else { break }
            kept.append(row)
        }
        rows = kept.reversed()
        places = [:]
        for place in rows.indices { places[name(place)] = place }
        next = rows.count
    }

    /// Whether the file has the row, as it is.
    func has(_ row: ArchivedRow) -> Bool {
        places[RowName(row)].map { rows[$0].values.isSame(as: row.values) } ?? false
    }

    /// An older row of the same name stays in the file, and nobody claims it.
    mutating func append(_ row: ArchivedRow, unit: Int, ordinal: Int) {
        rows.append(
            Row(table: row.table, number: row.number, values: row.values, unit: unit, ordinal: ordinal))
        places[RowName(row)] = rows.count - 1
    }

    /// The last so many rows aren't in the file after all.
    mutating func removeLast(_ count: Int) {
        for place in rows.indices.suffix(count) { places[name(place)] = nil }
        rows.removeLast(count)
        next = min(next, rows.count)
    }

    private func name(_ place: Int) -> RowName {
        RowName(rows[place].table, number: rows[place].number, rows[place].values)
    }

    // MARK: - With the lock

    /// Takes the row that is expected next, if it is this one.
    /// - Parameter isSame: whether the row that goes has these values.
    mutating func takeNext(_ table: ArchivedTable, number: Int64?, where isSame: ([Value]) -> Bool) -> Int? {
        while next < rows.count, rows[next].isUsed { next += 1 }
        guard next < rows.count, rows[next].table === table, rows[next].number == number, isSame(rows[next].values)
        else { return nil }
        return take(next)
    }

    /// Takes a row, wherever it is.
    mutating func take(_ row: ArchivedRow) -> Int? {
        guard !rows.isEmpty, let place = places[RowName(row)], !rows[place].isUsed,
            rows[place].values.isSame(as: row.values)
        else { return nil }
        return take(place)
    }

    private mutating func take(_ place: Int) -> Int {
        rows[place].isUsed = true
        next = place + 1
        return place
    }

    /// What was taken didn't go, since it was undone.
    mutating func free(_ taken: some Sequence<Int>) {
        for place in taken {
            rows[place].isUsed = false
            next = min(next, place)
        }
    }

    // MARK: - After the lock

    /// They went.
    mutating func forget(_ taken: some Sequence<Int>) {
        for place in taken { rows[place].values = [] }
    }
}

/// What tells a row from the others of the run.
struct RowName: Hashable {
    private let table: ObjectIdentifier
    private let number: Int64?
    /// None where there is a number.
    private let key: [Value]

    init(_ table: ArchivedTable, number: Int64?, _ values: [Value]) {
        self.table = ObjectIdentifier(table)
        self.number = number
        key = number == nil ? table.key.map { values[$0] } : []
    }

    /// The row as it was.
    init(_ row: ArchivedRow) {
        self.init(row.table, number: row.number, row.values)
    }
}

extension [Value] {
    /// Whether they are the same to the bit. That is asked of values of many megabytes.
    fileprivate func isSame(as other: [Value]) -> Bool {
        count == other.count
            && zip(self, other).allSatisfy { one, other in
                switch (one, other) {
                case (.text(let one), .text(let other)), (.blob(let one), .blob(let other)):
                    one.count == other.count && memcmp(one, other, one.count) == 0
                default: one.isIdentical(to: other)
                }
            }
    }
}
