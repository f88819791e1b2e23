/// One way of a restore through its archive.
struct RestoreRound {
    var restored: [String: Int] = [:]
    var present: [String: Int] = [:]
    /// Rows that weren't put back, each with how often and why.
    private var obstacles: [ArchivedRow.Identity: [PutBack.Obstacle]] = [:]
    private var told: [(row: ArchivedRow.Identity, failure: RestoreReport.Failure)] = []

    var failures: [RestoreReport.Failure] { told.map(\.failure) }
    var hasOrphans: Bool { obstacles.values.contains { $0.contains(.orphan) } }

    /// Whether something keeps the row from being put back.
    func isHindered(_ entry: ArchiveEntry) -> Bool { obstacles[entry.row.identity] != nil }

    func count() -> [PutBack.Obstacle: Int] {
        obstacles.values.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// In a dry run: what rows that were changed would be by now.
    private var rehearsed: [ArchivedRow.Identity: [Value]] = [:]

    /// What would become of a row whose later states would have been put back before; the database still has the last of them.
    mutating func rehearse(_ result: PutBack, _ entry: ArchiveEntry) -> PutBack {
        guard case .changed(let new) = entry.row.fate else { return result }
        let isNext = result == .changed && rehearsed[entry.row.identity]?.isIdentical(to: new) == true
        if isNext || result == .done { rehearsed[entry.row.identity] = entry.row.values }
        return isNext ? .done : result
    }

    /// In a dry run: by row that the run changed and that went later, whose changes those were.
    private var isAway: [ArchivedRow.Identity: [String]] = [:]
    var hasRowsAway: Bool { !isAway.isEmpty }

    /// In a dry run: a row would have been put back before what was changed of it.
    mutating func rehearseReturn(of entry: ArchiveEntry) {
        let identity = entry.row.identity
        guard entry.row.fate == .deleted, let operations = isAway.removeValue(forKey: identity) else { return }
        for operation in operations { restored[operation, default: 0] += 1 }
        obstacles.removeValue(forKey: identity)
        told.removeAll { $0.row == identity }
    }

    mutating func note(_ result: PutBack, _ entry: ArchiveEntry) {
        guard let obstacle = result.obstacle else {
            if result == .done { restored[entry.operation, default: 0] += 1 }
            if result == .present { present[entry.operation, default: 0] += 1 }
            // Of a row that was changed more than once, this is the earlier state: that the later ones weren't there is no trouble.
            if !obstacles.isEmpty, obstacles.removeValue(forKey: entry.row.identity) != nil {
                told.removeAll { $0.row == entry.row.identity }
            }
            return
        }
        obstacles[entry.row.identity, default: []].append(obstacle)
        if obstacle == .gone { isAway[entry.row.identity, default: []].append(entry.operation) }
        guard told.count < RunReport.listLimit else { return }
        let failure = RestoreReport.Failure(
            operation: entry.operation, table: entry.row.table.table.description, row: entry.row.name,
            obstacle: obstacle, reason: result.reason)
        // A row that was changed more than once is counted for each time, and listed once.
        guard !told.contains(where: { $0.row == entry.row.identity && $0.failure == failure }) else { return }
        told.append((entry.row.identity, failure))
    }

    /// Says of rows that wait for others why those don't come with them.
    mutating func explain(_ reasons: [ArchivedRow.Identity: PutBack]) {
        for (row, result) in reasons {
            guard let obstacle = result.obstacle, obstacles[row] == [.orphan] else { continue }
            obstacles[row] = [obstacle]
        }
        for place in told.indices where told[place].failure.obstacle == .orphan {
            guard let result = reasons[told[place].row], let obstacle = result.obstacle else { continue }
            told[place].failure.obstacle = obstacle
            told[place].failure.reason = result.reason
        }
    }
}
