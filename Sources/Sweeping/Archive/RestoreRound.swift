/// One way of a restore through its archive.
struct RestoreRound {
    var restored: [String: Int] = [:]
    var present: [String: Int] = [:]
    /// Rows that weren't put back, each with how often and why.
    private var obstacles: [ArchivedRow.Identity: [PutBack.Obstacle]] = [:]
    private var told: [(row: ArchivedRow.Identity, failure: RestoreReport.Failure)] = []

    var failures: [RestoreReport.Failure] { told.map(\.failure) }
    var hasOrphans: Bool { obstacles.values.contains { $0.contains(.orphan) } }

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
        guard told.count < RunReport.listLimit else { return }
        told.append(
            (
                entry.row.identity,
                RestoreReport.Failure(
                    operation: entry.operation, table: entry.row.table.table.description, row: entry.row.name,
                    obstacle: obstacle, reason: result.reason)
            ))
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
