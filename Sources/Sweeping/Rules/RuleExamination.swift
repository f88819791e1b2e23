/// What `jobsweep check` says of a rule beside whether it can run: what it found in the table, and what it would do now.
struct RuleExamination<Session: MaintenanceSession> {
    let rule: RetentionRule
    let session: Session
    let clock: any SweepClock
    let now: Timestamp

    /// How long the rows of a table may be counted.
    private static var countLimit: Duration { .seconds(1) }
    /// How long may be looked for rows that would go.
    private static var eligibleLimit: Duration { .seconds(3) }

    func findings() async throws -> [Finding] {
        var facts = [try await rows]
        for column in rule.time.columns { facts.append(try await times(column)) }
        facts += try await dependents
        let state = rule.isEnabled ? "" : " (switched off)"
        return [Finding(.ok, rule.name.rawValue, facts.joined(separator: "; ") + state)]
    }

    private var rows: String {
        get async throws {
            var all = rule.selection(at: now)
            all.condition = .all([])
            all.lookups = []
            let count = try await session.count(all, within: Self.countLimit)
            let rows = "\(count.isLeast ? "over " : "")\(count.rows) rows in \(rule.table)"
            let context = PassContext(
                now: now, clock: clock, control: RunControl(), deadline: clock.uptime() + Self.eligibleLimit * 2,
                pacing: PacingPolicy())
            let request = RunRequest(runID: "", trigger: .cli, dryRun: true, operations: [rule.name])
            let pass = OperationPass(
                rule, at: now, foresight: nil, laterTables: [], most: nil, heldBack: HeldBack(), session: session,
                recorder: RunRecorder(request, startedAt: now, catalogue: [OperationFacts(rule)]), onProgress: { _ in })
            let eligible: Int?
            do {
                eligible = try await pass.countEligible(in: context, within: Self.eligibleLimit)
            } catch StopReason.timeLimit {
                // Finding the newest rows of each group alone may take longer.
                eligible = nil
            }
            return rows
                + (eligible.map { ", \($0) of them would go now" } ?? ", and it takes long to count what would go")
        }
    }

    private func times(_ name: String) async throws -> String {
        let column = rule.columns.first { $0.isTime && $0.name.isSame(as: name) } ?? .time(name)
        guard let times = try await session.times(in: column, of: rule.table) else {
            return "\(name) shows no times that can be read"
        }
        let format = times.format.words
        let settled = column.reading.format == nil ? "" : ", as the rule says"
        guard let oldest = times.oldest, let newest = times.newest else { return "\(name) is \(format)\(settled)" }
        return "\(name) is \(format)\(settled), from \(oldest.rfc3339) to \(newest.rfc3339)"
    }

    /// Rows that hang off the table by foreign keys and that the rule doesn't name.
    private var dependents: [String] {
        get async throws {
            let references = try await session.facts(of: rule.table)?.references ?? []
            return references.compactMap { reference in
                guard
                    !rule.dependents.contains(where: {
                        $0.table == reference.table && $0.column.isSame(as: reference.column)
                    })
                else { return nil }
                let place = "\(reference.table).\(reference.column)"
                switch reference.fate {
                case .goes: return "rows of \(place) go with them by a foreign key"
                case .changes: return "\(place) gets another value by a foreign key when they go"
                case .refuses:
                    return "\(place) refers to it by a foreign key, which may refuse a deletion: name it under"
                        + " `dependents`, or under `unless_referenced`"
                }
            }
        }
    }
}
