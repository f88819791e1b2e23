import CSQLite
import GRDB
import GRDBSQLite
import Sweeping

/// How this SQLite numbers a row's columns before a change. Versions differ where a table has columns that are computed when they are read,
/// so the library is asked: once, with a table of our own.
struct PreupdateWays: Sendable {
    /// Whether columns are counted as they are stored, and not as they are declared.
    let countsStored: Bool

    /// Nil where the library doesn't tell of rows before they change.
    static let ofThisLibrary: PreupdateWays? = csqlite_tells_before() == 0 ? nil : try? PreupdateWays()

    private init() throws {
        let queue = try DatabaseQueue()
        countsStored = try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "CREATE TABLE t (v AS (1) VIRTUAL, a, b); INSERT INTO t (a, b) VALUES (10, 20)")
            let asked = Asked()
            return try withExtendedLifetime(asked) {
                sqlite3_preupdate_hook(
                    database.sqliteConnection, noteSecond, Unmanaged.passUnretained(asked).toOpaque())
                defer { sqlite3_preupdate_hook(database.sqliteConnection, nil, nil) }
                try database.execute(sql: "DELETE FROM t WHERE a = 10")
                return asked.second == 20
            }
        }
    }

    /// The numbers of the archived columns of a row as it was.
    func places(of table: KeptTable) -> [CInt] {
        table.places.map { countsStored && table.hasRowNumber ? $0.stored : $0.declared }
    }

    /// The numbers of the archived columns of a row as it will be.
    func newPlaces(of table: KeptTable) -> [CInt] {
        table.places.map { countsStored ? $0.stored : $0.declared }
    }

    /// Whether the numbers lead to the right columns: those that count what is stored take the row number for one that is declared at its
    /// place.
    func canRead(_ table: KeptTable) -> Bool {
        guard countsStored, let number = table.numberColumn else { return true }
        let declared = table.places[number].declared
        return table.places.enumerated().allSatisfy { column, place in column == number || place.stored != declared }
    }
}

private final class Asked {
    var second: Int64?
}

/// A free function, since SQLite calls it on the database's own thread.
private func noteSecond(
    _ asked: UnsafeMutableRawPointer?, _ database: OpaquePointer?, _ kind: CInt, _ schema: UnsafePointer<CChar>?,
    _ table: UnsafePointer<CChar>?, _ before: sqlite3_int64, _ after: sqlite3_int64
) {
    guard let asked else { return }
    var value: OpaquePointer?
    guard sqlite3_preupdate_old(database, 1, &value) == SQLITE_OK, let value else { return }
    Unmanaged<Asked>.fromOpaque(asked).takeUnretainedValue().second = sqlite3_value_int64(value)
}
