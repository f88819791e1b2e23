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
            let lacking = zip(returning, lacks).filter { !$0.1.isEmpty }
            let names = try await session.references(to: lacking.map { entries[$0.0].row }, by: places)
            for ((place, lacks), names) in zip(lacking, names) where lacks.contains(where: { lacked[$0] == false }) {
                results[place] = .orphan
                if entries[place].row.fate == .deleted { noteAway(names) }
            }
            return results
        }
        let own = Set(lacks.joined().map(\.place))
        places.formUnion(own)
        let deleted = returning.map { entries[$0].row }.filter { $0.fate == .deleted }
        let coming = Set(try await session.references(to: deleted, by: own).joined())
        for reference in lacks.joined() where !coming.contains(reference) && lacked.count < Self.most {
            lacked[reference] = false
        }
        return results
    }

    /// - Parameter references: what refers to a row that stays away.
    private mutating func noteAway(_ references: [ParentReference]) {
        for reference in references where lacked[reference] != false {
            guard lacked[reference] != nil || lacked.count < Self.most else { continue }
            lacked[reference] = false
            hasFound = true
        }
    }

    /// Ends a way through the archive.
    /// - Parameter comes: whether a row would be put back, were it for itself; throws once the restore is to end.
    /// - Returns: whether another has to follow, which may come to something else.
    mutating func needAnother(
        in source: any ArchiveSource, by session: some MaintenanceSession, _ comes: (ArchiveEntry) throws -> Bool
    ) async throws -> Bool {
        guard isFirst else {
            defer { hasFound = false }
            return hasFound
        }
        isFirst = false
        guard !lacked.isEmpty else { return false }
        for unit in 0..<source.unitCount {
            try await source.forEachPiece(ofUnit: unit) { entries in
                let rows = try entries.filter { try $0.row.fate == .deleted && comes($0) }.map(\.row)
                for reference in try await session.references(to: rows, by: places).joined()
                where lacked[reference] != nil {
                    lacked[reference] = true
                }
            }
        }
        return lacked.values.contains(false)
    }
}
