import GRDB
import Sweeping

/// How much of the file's pages is in use, and what the application has decided about the others.
struct SpaceFacts: Equatable {
    var pageBytes: Int64
    var pages: Int64
    var freePages: Int64
    var reclaimer: SpaceReclaimer
    var usesLog: Bool

    /// Reads the file's header, no table.
    init(_ database: Database) throws {
        func number(_ pragma: String) throws -> Int64 {
            try Int64.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0
        }
        pageBytes = try number("page_size")
        pages = try number("page_count")
        freePages = try number("freelist_count")
        reclaimer =
            switch try number("auto_vacuum") {
            case 1: .database
            case 2: .runs
            default: .vacuum
            }
        usesLog = database.usesLog
    }

    var freeBytes: Int64 { freePages * pageBytes }
    var bytes: Int64 { pages * pageBytes }
    /// What a copy of the file without its free pages takes.
    var keptBytes: Int64 { bytes - freeBytes }

    /// What it must be after a VACUUM, where it can't be asked.
    func rewritten(to bytes: Int64) -> SpaceFacts {
        var facts = self
        facts.pages = bytes / pageBytes
        facts.freePages = 0
        return facts
    }

    func sizes(of file: DatabaseFile) -> DatabaseSizes {
        DatabaseSizes(
            fileBytes: file.bytes, freeBytes: freeBytes, writeAheadLogBytes: file.writeAheadLogBytes,
            reclaimer: reclaimer)
    }
}
