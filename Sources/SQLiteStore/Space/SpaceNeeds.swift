import Foundation
import Sweeping

/// What VACUUM needs of the disk for a while (https://www.sqlite.org/lang_vacuum.html): a whole copy in a temporary file, which it
/// then writes over the database, and for that moment either the new pages or the old ones a second time beside it.
struct SpaceNeeds {
    let facts: SpaceFacts
    let file: DatabaseFile
    /// Where SQLite puts the copy.
    let temporaryDirectory: String
    let room: @Sendable (String) throws -> DiskRoom

    /// Each page in the log has a header of 24 bytes, and the log one of 32 (https://www.sqlite.org/fileformat2.html, section 4).
    private var logBytes: Int64 { facts.keptBytes / facts.pageBytes * (facts.pageBytes + 24) + 32 }

    /// Each page in a rollback journal has 8 bytes beside it, and the journal a header as large as a sector (same page, section 3).
    private var journalBytes: Int64 { facts.pages * (facts.pageBytes + 8) + 4096 }

    /// - Throws: `StoreError` when the disk can't be asked.
    func all() throws -> [SpaceNeed] {
        let folder = (file.path as NSString).deletingLastPathComponent
        return [
            try need(
                "the new copy", in: temporaryDirectory, facts.keptBytes,
                remedy: "set SQLITE_TMPDIR to a directory on another disk"),
            facts.usesLog
                ? try need("the write-ahead log", in: folder, logBytes)
                : try need("the rollback journal", in: folder, journalBytes),
        ]
    }

    private func need(
        _ purpose: String, in directory: String, _ bytes: Int64, remedy: String? = nil
    ) throws -> SpaceNeed {
        let room = try room(directory)
        return SpaceNeed(
            purpose: purpose, directory: directory, fileSystem: room.fileSystem, bytes: bytes,
            availableBytes: room.availableBytes, remedy: remedy)
    }
}
