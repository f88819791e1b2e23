import GRDB
import Synchronization

/// How many pages the session's connection keeps. Whoever only reads needs few; a batch's pages have to fit, since SQLite's usual room would
/// write many of them twice.
final class PageRoom: Sendable {
    private static let reading = "PRAGMA cache_size = -1024"
    private static let writing = "PRAGMA cache_size = -5120"

    private let isWide = Mutex(false)

    init(_ database: Database) throws {
        try database.execute(sql: PageRoom.reading)
    }

    /// Before the first batch.
    func widen(_ database: Database) throws {
        let isFirst = isWide.withLock { isWide in
            defer { isWide = true }
            return !isWide
        }
        if isFirst { try database.execute(sql: PageRoom.writing) }
    }
}
