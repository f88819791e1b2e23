import Glibc
import Sweeping

/// A page as the server gave it, before anybody has looked at its rows.
struct ReadPage {
    let scan: RowScan
    let part: ScanPart
    let rows: PostgresRows
    let columns: RowScan.AnswerColumns
    /// Says how the rows come whole; nil where they don't.
    let whole: WholeRows?
    /// Where to go on.
    let next: ScanCursor?
}

/// What a session remembers of the rows of a page, for as long as somebody has a key of one of them.
final class PageRows: Sendable {
    let table: TableReference
    let selection: Selection
    let part: ScanPart
    /// Every transaction before this one was over when the page was read: a row that such a one wrote last is as it was read.
    let horizon: UInt32
    /// The rows' values in the columns that the part is sorted by; the key's are the last.
    let places: WirePlaces
    /// The transactions that wrote the rows last: together with the key, what tells that a row is the one that was read.
    let writers: [UInt32]
    /// Where the archive has the rows already; nil where it hasn't.
    let ahead: Ahead?

    struct Ahead: Sendable {
        let table: ArchivedTable
        let unit: Int
        /// Of each row of the page, its place in the unit; nil for those that aren't in it.
        let places: [Int?]
    }

    init(
        selection: Selection, part: ScanPart, horizon: UInt32, places: WirePlaces, writers: [UInt32],
        ahead: Ahead? = nil
    ) {
        table = selection.table
        self.selection = selection
        self.part = part
        self.horizon = horizon
        self.places = places
        self.writers = writers
        self.ahead = ahead
    }

    /// As a statement takes it back.
    func key(_ row: Int) -> ArraySlice<[UInt8]?> { places.arguments(row).suffix(selection.key.count) }

    /// The row's name in the session, for those who remember it.
    func name(_ row: Int) -> Value {
        let values = places.kinds.indices.suffix(selection.key.count).map { column in
            places.withBytes(row, column) { places.kinds[column].value($0) }
        }
        return Value(naming: values)
    }

    /// Whether the row's key is what another answer has from its first column on.
    func hasKey(_ row: Int, of rows: PostgresRows, at place: Int) -> Bool {
        let first = places.kinds.count - selection.key.count
        return selection.key.indices.allSatisfy { column in
            places.withBytes(row, first + column) { own in
                guard let own, let other = rows.bytes(place, column), own.count == other.count else { return false }
                guard let left = own.baseAddress, let right = other.baseAddress else { return true }
                return memcmp(left, right, own.count) == 0
            }
        }
    }
}

extension Value {
    /// What a row whose key has these values is called in a session.
    init(naming key: [Value]) {
        self = key.count == 1 ? key[0] : Value(key.map(\.displayText).joined(separator: ", "))
    }
}

/// Names a row and remembers what it looked like when it was read.
package struct PostgresKey: Sendable {
    let page: PageRows
    let row: Int

    var key: ArraySlice<[UInt8]?> { page.key(row) }
    var writer: UInt32 { page.writers[row] }
    var name: Value { page.name(row) }
    /// Whether the archive has the row, as it was read.
    var isAhead: Bool { page.ahead?.places[row] != nil }
}
