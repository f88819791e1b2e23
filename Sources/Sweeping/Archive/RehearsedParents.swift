/// Whether what rows refer to would come back with them: in a dry run nothing that comes back is ever there.
///
/// One way through the archive shows what rows lack, one look whether the archive brings it back. Each further way shows which rows stay away
/// for it, and which of those others lack, until nothing more is found.
struct RehearsedParents {
    /// Of so many it is known; what further rows lack is believed to come back.
    private static let most = 20_000

    /// What rows refer to and the database lacks, and whether it would be there.
    private var lacked: [ParentReference: Bool] = [:]
    private var places: Set<ParentReference.Place> = []
    private var isFirst = true
    /// Whether a row that others lack was found to stay away.
    private var hasFound = false

    /// What would become of rows that could be put back, were it for themselves.
    mutating func judge(_ entries: [ArchiveEntry], _ results: [PutBack], by session: some MaintenanceSession)
        async throws -> [PutBack]
    {
        var results = results
        let returning = results.indices.filter { results[$0] == .done }
        guard !returning.isEmpty else { return results }
        let lacks = try await session.missingParents(of: returning.map { entries[$0].row }, onlyInCircles: false)
            .map { $0 ?? [] }
        guard isFirst else {
            for (place, lacking) in zip(returning, lacks) where lacking.contains(where: { lacked[$0] == false }) {
                results[place] = .orphan
                noteAway(entries[place].row)
            }
            return results
        }
        let own = Set(lacks.joined().map(\.place))
        places.formUnion(own)
        let coming = Set(
            returning.map { entries[$0].row }.filter { $0.fate == .deleted }.flatMap { row in
                own.compactMap { ParentReference(to: row, by: $0) }
            })
        for reference in lacks.joined() where !coming.contains(reference) && lacked.count < Self.most {
            lacked[reference] = false
        }
        return results
    }

    private mutating func noteAway(_ row: ArchivedRow) {
        guard row.fate == .deleted else { return }
        for reference in places.compactMap({ ParentReference(to: row, by: $0) }) where lacked[reference] != false {
            guard lacked[reference] != nil || lacked.count < Self.most else { continue }
            lacked[reference] = false
            hasFound = true
        }
    }

    /// Ends a way through the archive.
    /// - Parameter comes: whether a row would be put back, were it for itself; throws once the restore is to end.
    /// - Returns: whether another has to follow, which may come to something else.
    mutating func needAnother(in source: any ArchiveSource, _ comes: (ArchiveEntry) throws -> Bool) async throws -> Bool
    {
        guard isFirst else {
            defer { hasFound = false }
            return hasFound
        }
        isFirst = false
        guard !lacked.isEmpty else { return false }
        for unit in 0..<source.unitCount {
            try await source.forEachPiece(ofUnit: unit) { entries in
                for entry in entries where try entry.row.fate == .deleted && comes(entry) {
                    for reference in places.compactMap({ ParentReference(to: entry.row, by: $0) })
                    where lacked[reference] != nil {
                        lacked[reference] = true
                    }
                }
            }
        }
        return lacked.values.contains(false)
    }
}
