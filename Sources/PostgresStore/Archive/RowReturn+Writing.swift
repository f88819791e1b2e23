import Sweeping

/// Writing the rows, and the end of the transaction.
extension RowReturn {
    /// Writes the rows, and ends the transaction where all of them are what they were.
    /// - Returns: those that the database made something else of; then nothing has ended.
    /// - Throws: also where it can't be told of so many rows at once which of them that are.
    mutating func write(_ groups: [ReturnGroup], _ found: inout [Int: PutBack]) throws -> [Int: PutBack] {
        let rows = groups.flatMap(\.going)
        let beginning = beginning(taking: rows.count > 1 ? hold : nil)
        let statements = groups.map { group in
            group.isChange
                ? group.going.compactMap { row in group.now[row].map { group.plan.updating(batch[row], from: $0) } }
                : group.plan.inserting(group.going.map { batch[$0] })
        }
        let begun = MonotonicTime.now()
        defer {
            held += MonotonicTime.now() - begun
            outcome.locksHeld.append(MonotonicTime.now() - begun)
        }
        let answers = try link.run(
            beginning + statements.flatMap(\.self) + [Statement("SET CONSTRAINTS ALL IMMEDIATE")])
        var changed: [Int: PutBack] = [:]
        var place = beginning.count
        for (group, statements) in zip(groups, statements) {
            var written: [[Value]: [[Value]]] = [:]
            for answer in answers[place..<place + statements.count] {
                for (name, values) in group.plan.written(answer) { written[name, default: []].append(values) }
            }
            place += statements.count
            var matched: [(row: Int, values: [Value])] = []
            var lacking: [Int] = []
            for row in group.going {
                // A row that names nothing is found by all that it is.
                let name = group.isChange ? group.plan.oldName(of: batch[row]) : group.plan.name(of: batch[row])
                if let values = written[name]?.popLast() { matched.append((row, values)) } else { lacking.append(row) }
            }
            // What was written under a name that none of the rows has mustn't stay: each restore would write it once more.
            let strange = written.values.reduce(0) { $0 + $1.count }
            if strange > 0 {
                guard matched.isEmpty, strange == lacking.count else {
                    throw PostgresError(state: "23000", message: "the database makes other rows of some")
                }
                for row in lacking { changed[row] = .transformed }
                continue
            }
            for row in lacking { found[row] = group.isChange ? .changed : group.plan.unwritten }
            for (row, values) in matched {
                found[row] = .done
                if !values.isIdentical(to: batch[row].values), try !mend(row, values, group) {
                    changed[row] = .transformed
                }
            }
        }
        for group in groups where group.plan.table.shape.hasLaterTriggers {
            let written = group.going.filter { found[$0] == .done && changed[$0] == nil }
            for (row, result) in try unlike(written, in: group, link.run(looking(for: written, of: group))) {
                changed[row] = result
            }
        }
        guard changed.isEmpty else { return changed }
        try commit(rows.count, begun: begun)
        return [:]
    }

    func looking(for rows: [Int], of group: ReturnGroup) -> Statement {
        group.plan.looking(
            for: rows.map { restored(batch[$0]) },
            by: schema.foreignKeys.filter { $0.child == group.plan.table.shape.number })
    }

    /// The rows that aren't what they were, now that they are written, and can't be made that.
    /// - Parameter answer: to the question for them.
    func unlike(_ rows: [Int], in group: ReturnGroup, _ answer: PostgresRows) throws -> [Int: PutBack] {
        var there = ReturnGroup(plan: group.plan, rows: rows, isChange: false)
        let states = there.judge(answer, batch.map(restored))
        var unlike: [Int: PutBack] = [:]
        for row in rows where states[row] != .present {
            guard let now = there.now[row] else {
                unlike[row] = .missed
                continue
            }
            if try !mend(row, now.values, group) { unlike[row] = .transformed }
        }
        return unlike
    }

    /// A row with the values that it is to have.
    private func restored(_ row: ArchivedRow) -> ArchivedRow { MissingParents.restored(row) }

    /// - Parameter hold: how long the rows are meant to be locked; nil where there is no way to take less of it.
    func beginning(taking hold: Duration?) -> [Statement] {
        let patience =
            hold.map { min(max($0 * 8, .milliseconds(100)), BatchWriter.longestHold) } ?? BatchWriter.longestHold
        return [
            LocalSettings.statement(taking: patience, waiting: BatchWriter.lockPatience, version: link.version),
            Statement("SET CONSTRAINTS ALL DEFERRED"),
        ] + link.fences
    }

    mutating func commit(_ rows: Int, begun: Duration) throws {
        let ending = MonotonicTime.now()
        _ = try link.run(Statement("COMMIT"))
        let fixed = MonotonicTime.now() - ending
        outcome.longest = BatchWriter.longestTransaction
        outcome.note(
            work: ending - begun, fixed: fixed, price: BatchWriter.price, dearestRow: (ending - begun) / max(1, rows))
    }

    /// What a trigger made of a row that was inserted isn't what it was.
    func mend(_ row: Int, _ values: [Value], _ group: ReturnGroup) throws -> Bool {
        guard !group.isChange, !group.plan.isNumbered else { return false }
        let now = ReturnPlan.Found(values: values, writer: nil)
        let answer = try link.run(group.plan.updating(batch[row], from: now))
        return group.plan.written(answer).first?.values.isIdentical(to: batch[row].values) == true
    }
}

extension PutBack {
    /// What is written isn't what the archive has, and is taken back.
    static let transformed = PutBack.refused(
        "the database makes something else of it: a trigger, or a type that was changed")
    /// A trigger has the row not inserted.
    static let leftOut = PutBack.refused("a trigger of the database leaves it out")
    /// It isn't there under its name once it was inserted.
    static let missed = PutBack.refused(
        "the database leaves it out, or makes something else of it: a trigger, or a type that was changed")
}

extension PostgresError {
    /// Whether a table has become another so that a row has no place in it any more.
    var blamesValue: Bool {
        state == "0A000" || state?.hasPrefix("42") == true && state != "42501"
    }

    /// Why a row couldn't be put back.
    var obstacle: PutBack {
        switch state {
        case "23503"?: .orphan
        case "23505"?, "23P01"?: .taken
        case "55P03"?: .refused("another connection keeps it, or its table, locked")
        case "57014"?:
            .refused(
                "it was given up after \(BatchWriter.longestHold.inSeconds) s, for which others could wait for its locks"
            )
        default: .refused(reason)
        }
    }
}
