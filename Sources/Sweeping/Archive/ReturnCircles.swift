/// Rows of an archive that wait for each other: none of them can be put back before the others are.
///
/// They are found from some of them on: whatever a row refers to and the database lacks is looked for in the archive, and so on, until
/// each group is whole.
struct ReturnCircles {
    /// From so many rows on at most, and so many bytes, they are looked for at once.
    private static let mostSeeds = (rows: 4_000, bytes: 2 << 20)
    /// The room for rows while they are looked for, in bytes.
    private static let room = 8 << 20

    private let isWanted: (ArchiveEntry) throws -> Bool
    /// Tables whose rows wait for none that waits for them.
    private var straight: Set<String> = []
    /// What neither the database nor the archive has.
    private var absent: Set<ParentReference> = []
    /// Rows from which on nothing is to be looked for again.
    private var tried: Set<ArchivedRow.Identity> = []
    private var pool = Pool()

    /// Rows, what they lack, and where that is.
    private struct Pool {
        var entries: [ArchiveEntry] = []
        /// By row, what it refers to and the database lacks.
        var lacks: [[ParentReference]] = []
        /// Which row each of them is.
        var found: [ParentReference: Int] = [:]
        /// Those that are still to be looked for.
        var open: Set<ParentReference> = []
        var bytes = 0

        mutating func add(_ entry: ArchiveEntry, lacking: [ParentReference]) {
            entries.append(entry)
            lacks.append(lacking)
            bytes += entry.row.size
            open.formUnion(lacking.filter { found[$0] == nil })
        }

        /// Notes which of the rows, from one on, are looked for.
        mutating func match(from start: Int, by session: some MaintenanceSession) async throws {
            let rows = entries[start...].map(\.row)
            let references = try await session.references(to: rows, by: Set(open.map(\.place)))
            for (number, references) in zip(start..., references) {
                for reference in references where open.remove(reference) != nil { found[reference] = number }
            }
        }

        /// A row and all that it takes; nil where something of that isn't to be had.
        func group(of seed: Int, without done: Set<Int>) -> [Int]? {
            var group = [seed]
            var known = done.union(group)
            var next = 0
            while next < group.count {
                for reference in lacks[group[next]] {
                    guard let parent = found[reference] else { return nil }
                    if known.insert(parent).inserted { group.append(parent) }
                }
                next += 1
            }
            return group
        }
    }

    /// - Parameter isWanted: whether a row may be put back; throws once that is to end.
    init(isWanted: @escaping (ArchiveEntry) throws -> Bool) {
        self.isWanted = isWanted
    }

    /// Whether there are rows to begin with.
    var hasSeeds: Bool { !pool.entries.isEmpty }

    /// Takes in rows that can't be put back for what they refer to.
    mutating func offer(_ orphans: [ArchiveEntry], by session: some MaintenanceSession) async throws {
        guard pool.entries.count < ReturnCircles.mostSeeds.rows, pool.bytes < ReturnCircles.mostSeeds.bytes else {
            return
        }
        let orphans = orphans.filter {
            $0.row.fate == .deleted && !straight.contains($0.row.table.table.description)
                && !tried.contains($0.row.identity)
        }
        for (entry, lacking) in zip(orphans, try await lacks(of: orphans, by: session)) {
            // Rows that wait for the same are told apart later: once that is there, they come in by themselves.
            guard absent.isDisjoint(with: lacking), !pool.open.isSuperset(of: lacking) else { continue }
            pool.add(entry, lacking: lacking)
            tried.insert(entry.row.identity)
        }
    }

    private mutating func lacks(of entries: [ArchiveEntry], by session: some MaintenanceSession) async throws
        -> [[ParentReference]]
    {
        guard !entries.isEmpty else { return [] }
        let answers = try await session.missingParents(of: entries.map(\.row), onlyInCircles: true)
        for (entry, answer) in zip(entries, answers) where answer == nil {
            straight.insert(entry.row.table.table.description)
        }
        return answers.map { $0 ?? [] }
    }

    /// What is to be put back together, of the rows that were taken in since.
    /// - Returns: groups that are whole, each without the rows of those before it.
    mutating func groups(in source: any ArchiveSource, by session: some MaintenanceSession) async throws
        -> [[ArchiveEntry]]
    {
        defer { pool = Pool() }
        let seeds = pool.entries.count
        try await pool.match(from: 0, by: session)
        while !pool.open.isEmpty {
            let next = try await look(in: source, by: session)
            let start = pool.entries.count
            for (entry, lacking) in zip(next, try await lacks(of: next, by: session)) {
                pool.add(entry, lacking: lacking)
            }
            try await pool.match(from: start, by: session)
            pool.open.subtract(absent)
            if next.isEmpty { break }
        }
        var done: Set<Int> = []
        var groups: [[ArchiveEntry]] = []
        for seed in 0..<seeds where !done.contains(seed) {
            guard let group = pool.group(of: seed, without: done) else { continue }
            done.formUnion(group)
            groups.append(group.map { pool.entries[$0] })
        }
        return groups
    }

    /// Goes through the archive once for all that is lacking.
    private mutating func look(in source: any ArchiveSource, by session: some MaintenanceSession) async throws
        -> [ArchiveEntry]
    {
        let places = Set(pool.open.map(\.place))
        var sought = pool.open
        var next: [ArchiveEntry] = []
        var size = pool.bytes
        for unit in (0..<source.unitCount).reversed() where !sought.isEmpty && size < ReturnCircles.room {
            try await source.forEachPiece(ofUnit: unit) { [isWanted] entries in
                let entries = try entries.filter { try isWanted($0) && $0.row.fate == .deleted }
                let references = try await session.references(to: entries.map(\.row), by: places)
                for (entry, references) in zip(entries, references) {
                    guard references.contains(where: sought.contains) else { continue }
                    sought.subtract(references)
                    next.append(entry)
                    size += entry.row.size
                }
            }
        }
        if size < ReturnCircles.room { absent.formUnion(sought) }
        return next
    }
}
