/// Rows that don't come back since others have their keys by now. What belonged to them mustn't come back beneath those others; a database
/// sees nothing wrong in that, since what is referred to is there.
struct Strangers {
    /// Of so many it is known; what belonged to further ones comes back as the database has it.
    private static let most = 20_000
    private static let mostAtOnce = 500

    /// What refers to such rows.
    private var references: Set<ParentReference> = []
    /// By table, what its rows are referred to by.
    private var places: [String: Set<ParentReference.Place>] = [:]

    /// Looks through an archive for them: what belonged to a row may come before it.
    mutating func look(in source: RestoreSource, by session: some MaintenanceSession) async throws {
        for unit in 0..<source.archive.unitCount where references.count < Strangers.most {
            try await source.archive.forEachPiece(ofUnit: unit) { entries in
                // Also of those that aren't to be put back.
                for entry in entries { _ = try source.isStillWanted(entry) }
                let deleted = entries.map(\.row).filter { $0.fate == .deleted }
                for start in stride(from: 0, to: deleted.count, by: Strangers.mostAtOnce) {
                    try await lookForTaken(
                        among: deleted[start..<min(deleted.count, start + Strangers.mostAtOnce)], by: session)
                }
            }
        }
    }

    private mutating func lookForTaken(among rows: ArraySlice<ArchivedRow>, by session: some MaintenanceSession)
        async throws
    {
        var parents: [ArchivedRow] = []
        for row in rows {
            if try await !isReferred(row.table, by: session).isEmpty { parents.append(row) }
        }
        let looks = try await session.look(at: parents)
        try await note(zip(parents, looks).filter { $0.1 == .taken }.map(\.0), by: session)
    }

    /// The rows of a batch that belonged to such a one.
    mutating func belonging(_ rows: [ArchivedRow], by session: some MaintenanceSession) async throws -> Set<Int> {
        guard !references.isEmpty else { return [] }
        let owners = try await session.parents(of: rows)
        var away: Set<Int> = []
        // A row that stays away takes others with it.
        while true {
            let found = rows.indices.filter { !away.contains($0) && !references.isDisjoint(with: owners[$0]) }
            let looks = try await session.look(at: found.map { rows[$0] })
            let new = zip(found, looks).filter { $0.1 == .done || $0.1 == .orphan }.map(\.0)
            guard !new.isEmpty else { return away }
            away.formUnion(new)
            try await note(new.map { rows[$0] }.filter { $0.fate == .deleted }, by: session)
        }
    }

    private mutating func note(_ rows: [ArchivedRow], by session: some MaintenanceSession) async throws {
        for row in rows where references.count < Strangers.most {
            let places = try await isReferred(row.table, by: session)
            references.formUnion(try await session.references(to: [row], by: places).joined())
        }
    }

    private mutating func isReferred(_ table: ArchivedTable, by session: some MaintenanceSession) async throws
        -> Set<ParentReference.Place>
    {
        let name = table.table.description
        if let known = places[name] { return known }
        let found = try await session.referringPlaces(to: table)
        places[name] = found
        return found
    }
}
