import RowArchive
import Sweeping

/// A database of which somebody says that it is the one that a run took its rows from, though it has another name now.
///
/// Nothing that stays the same names a database, so this looks whether it has the tables: that tells a slip from a move.
struct MovedDatabase {
    private let archive: ArchiveFile

    init(_ archive: ArchiveFile) {
        self.archive = archive
    }

    /// - Throws: `StoreError` where it can't be the same; what the database throws.
    func check(_ store: some MaintenanceStore, at now: Timestamp) async throws {
        let session = try await store.openSession(SessionOptions(dryRun: true, now: now))
        do {
            for table in try await tables() { try await check(table, in: session) }
            await session.close()
        } catch {
            await session.close()
            throw error
        }
    }

    /// All that the archive has rows of.
    private func tables() async throws -> [ArchivedTable] {
        var tables: [String: ArchivedTable] = [:]
        for (number, unit) in archive.units.enumerated() where unit.counts.keys.contains(where: { tables[$0] == nil }) {
            try await archive.forEachRow(ofTransaction: number) { rows in
                for entry in rows { tables[entry.row.table.table.description] = entry.row.table }
            }
        }
        return tables.sorted { $0.key < $1.key }.map(\.value)
    }

    private func check(_ table: ArchivedTable, in session: some MaintenanceSession) async throws {
        let facts = try await session.facts(of: table.table)
        let missing = table.columns.map(\.name).first { name in
            facts?.columns.contains { $0.name.folded.isSame(as: name.folded) } != true
        }
        let lack: String
        if facts == nil {
            lack = "there is no table \(table.table)"
        } else if let missing {
            lack = "\(table.table) has no column \(missing)"
        } else {
            return
        }
        throw StoreError(
            .other, "this isn't the database that run \(archive.header.runID) took its rows from: \(lack) here")
    }
}
