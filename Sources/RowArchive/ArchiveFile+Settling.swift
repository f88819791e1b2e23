import Sweeping

/// Finding out what a run that was killed did last.
///
/// Rows are durable before they are deleted, and the file says afterwards that they were. A run that ends in between leaves rows of which
/// the file doesn't know it. They must not stay in doubt: what the application deletes itself later would come back with a restore.
extension ArchiveFile {
    /// Whether there are rows of which it isn't known whether the run deleted them.
    package var isInDoubt: Bool { !unconfirmed.isEmpty || !isSettled }

    /// Asks the database, and writes down what it says.
    /// - Parameter session: for a dry run, while nobody else works on the database.
    /// - Throws: `ArchiveError` where that can't be written; what the database throws.
    package func settle(by session: some MaintenanceSession) async throws {
        var settlement = RowSettlement()
        for unit in unconfirmed where !units[unit].isForeseen {
            var isDone = true
            try await forEachRow(ofTransaction: unit) { rows in
                // All of a transaction's rows go or none.
                if isDone { isDone = try await !fates(of: rows, by: session).contains(.present) }
            }
            if !isDone { settlement.undone.insert(unit) }
        }
        var bytes = ArchiveFormat.piece(.settled, settlement.bytes, by: Compressor())
        // Since the machine is up, the file lost nothing of what the run had written when it was killed: what isn't claimed stayed.
        if !isSettled, header.boot == nil || header.boot != ArchiveHeader.thisBoot {
            bytes += try await claimsOfGone(by: session)
        }
        // What is behind it would be cut off.
        if let damage { throw ArchiveError(damage) }
        let output = try ArchiveOutput(appendingTo: path, at: end)
        try output.append(bytes + ArchiveFormat.done(by: Compressor()) + ArchiveFormat.settledEnd)
        try output.makeDurable()
    }

    /// Looks which foreseen rows aren't there any more.
    private func claimsOfGone(by session: some MaintenanceSession) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var known: Set<ArchivedRow.Identity> = []
        // Of a row that was foreseen twice, the later state is the one that went.
        for unit in units.indices.reversed() where units[unit].isForeseen {
            var claims = RowClaims()
            try await forEachForeseen(ofUnit: unit) { rows in
                let open = rows.filter { !isClaimed($0.ordinal, ofUnit: unit) }
                let fates = try await fates(of: open.map(\.entry), by: session)
                for (one, fate) in zip(open, fates) where fate == .done {
                    let row = one.entry.row
                    guard known.insert(row.identity).inserted else { continue }
                    claims.insert(one.ordinal..<one.ordinal + 1, ofUnit: unit, table: row.table.table.description)
                }
            }
            guard !claims.rows.isEmpty else { continue }
            bytes += ArchiveFormat.end(of: units[unit].operation, [:], claiming: claims, by: Compressor())
        }
        return bytes
    }

    /// What a restore would do with rows: `present` says that nobody deleted or changed them.
    private func fates(of entries: [ArchiveEntry], by session: some MaintenanceSession) async throws -> [PutBack] {
        var fates: [PutBack] = []
        while fates.count < entries.count {
            let rows = entries[fates.count...].prefix(200).map(\.row)
            let answers = try await session.putBack(rows, within: .seconds(1)).results
            guard !answers.isEmpty else { break }
            fates += answers
        }
        return fates
    }
}
