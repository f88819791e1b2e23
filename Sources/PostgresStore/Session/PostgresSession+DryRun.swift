import Sweeping

/// What a change would do, without doing it.
extension PostgresSession {
    /// Tries where only trying tells, and takes it all back; elsewhere it asks.
    func foresee(_ rows: [PlannedRow<Key>], _ change: TableChange, _ hold: Duration) async throws -> BatchOutcome {
        let hasToTry = try await perform { link in
            let plan = try WritePlan(change, schema, options, in: link)
            return try plan.mayRefuseUnforeseen(schema, in: link)
        }
        var outcome: BatchOutcome
        if hasToTry {
            do {
                outcome = try await rehearse(rows, change, hold)
                if change.isMetAgain, change.action == .delete {
                    let done = zip(rows, outcome.rows).lazy.filter { $0.1 == .done }.map(\.0.key.name)
                    let table = try await perform { try schema.table(change.selection.table, in: $0).number }
                    gone.insert(done, of: table, as: .gone)
                }
            } catch let error as StoreError where error.code == .readOnly || error.code == .schema {
                // A standby, or a role that may only read: then asking has to do.
                outcome = try await ask(rows, change)
            }
        } else {
            outcome = try await ask(rows, change)
        }
        if case .update = change.action {
            let done = zip(rows, outcome.rows).lazy.filter { $0.1 == .done }.map(\.0.key.name)
            let table = try await perform { try schema.table(change.selection.table, in: $0).number }
            gone.insert(done, of: table, as: .settled)
        }
        return outcome
    }

    /// Foreign keys are asked about, which holds nobody up. What only trying tells is tried, unless what is still to go would refuse it.
    package func tryOut(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome?
    {
        var trial = change
        trial.isTrial = true
        let (refused, hasToTry) = try await perform { [trial] link -> (refused: [(row: Int, reason: String)]?, Bool) in
            let plan = try WritePlan(trial, schema, options, in: link)
            let reach = try DeletionReach(plan, schema, in: link)
            let mayAsk = try reach.mayRefuse && reach.isReadable(in: link)
            let mayTry = try !reach.isBlocked(by: trial.dependents, in: link)
            return (
                mayAsk ? try reach.refused(rows.map(\.key), in: link) : nil,
                try mayTry && plan.mayRefuseUnforeseen(schema, in: link)
            )
        }
        guard hasToTry || refused != nil else { return nil }
        var results = [BatchOutcome.Row](repeating: .done, count: rows.count)
        for (row, reason) in refused ?? [] { results[row] = .refused(reason) }
        let rest = rows.indices.filter { results[$0] == .done }
        guard hasToTry, !rest.isEmpty else { return BatchOutcome(rows: results) }
        if !options.dryRun { try await checkLease() }
        var outcome: BatchOutcome
        do {
            outcome = try await rehearse(rest.map { rows[$0] }, trial, hold)
        } catch let error as StoreError where error.code == .readOnly || error.code == .schema {
            return BatchOutcome(rows: results)
        }
        for (row, result) in zip(rest, outcome.rows) { results[row] = result }
        // Its time may have been over before all were tried.
        let tried = outcome.rows.count < rest.count ? rest[outcome.rows.count] : rows.count
        outcome.rows = Array(results.prefix(tried))
        return outcome
    }

    private func ask(_ rows: [PlannedRow<Key>], _ change: TableChange) async throws -> BatchOutcome {
        try await perform { link in
            let plan = try WritePlan(change, schema, options, in: link)
            var results: [BatchOutcome.Row] = rows.map { plan.obstacle(to: $0).map { .refused($0) } ?? .done }
            guard change.action == .delete else { return BatchOutcome(rows: results) }
            let reach = try DeletionReach(plan, schema, in: link)
            // A run's cascades are the owner's; who only looks may not see what they would take. `check` says so.
            guard try reach.isReadable(in: link) else { return BatchOutcome(rows: results) }
            for (row, reason) in try reach.refused(rows.map(\.key), in: link) { results[row] = .refused(reason) }
            var going = results.indices.filter { results[$0] == .done }
            var counted = 0
            if reach.isFamily {
                let keys = going.map { rows[$0].key }
                let fates = FamilyFates(
                    keys, spared: try reach.sparing(keys, settled: gone, in: link),
                    own: try reach.ownRows(keys, in: link)
                ) { gone.contains($0, of: plan.table.number, as: .gone) }
                for (place, result) in fates.results { results[going[place]] = result }
                // Those went with earlier batches, of whose rows they are as well.
                counted = fates.taken.count { gone.contains($0, of: plan.table.number, as: .gone) }
                gone.insert(fates.taken, of: plan.table.number, as: .gone)
                going = fates.going.map { going[$0] }
                gone.insert(going.lazy.map { rows[$0].key.name }, of: plan.table.number, as: .gone)
            }
            let keys = going.map { rows[$0].key }
            guard change.isMetAgain || reach.reached.contains(where: { !gone.gone(of: $0).isEmpty }) else {
                return BatchOutcome(rows: results, dependents: try reach.dependents(keys, in: link) - counted)
            }
            // What an earlier operation took isn't there any more, and what this one takes won't be for the next.
            let own = try reach.isFamily ? reach.dependents(keys, in: link) - counted : nil
            let others = try reach.cascaded(keys, in: link).reduce(0) {
                $0 + gone.insert($1.names, of: $1.table, as: .gone)
            }
            gone.insert(keys.map(\.name), of: plan.table.number, as: .gone)
            return BatchOutcome(rows: results, dependents: own ?? others)
        }
    }
}

extension WritePlan {
    /// Whether the database may refuse something that can't be asked about beforehand.
    func mayRefuseUnforeseen(_ schema: PostgresSchema, in link: PostgresLink) throws -> Bool {
        switch change.action {
        case .delete:
            return try schema.reachedByDeletion(from: table.number).contains { number in
                let table = try schema.table(number, in: link)
                return !table.onDelete.isEmpty
                    || schema.keys(onto: number).contains {
                        $0.isDeferred || $0.isMandatory && ($0.onDelete == .setNull || $0.onDelete == .setDefault)
                    }
            }
        case .update(let writes):
            if table.hasChecks || !table.onUpdate.isEmpty || table.columns.contains(where: \.isGenerated) {
                return true
            }
            return writes.contains { write in
                guard let column = table.column(write.column) else { return false }
                if write.source == .chosen(mayBeNull: true), column.isMandatory { return true }
                let isUnique = table.indexes.contains { index in
                    index.isUnique && index.columns.contains { $0?.isSame(as: column.name) ?? true }
                }
                let isKey = schema.foreignKeys.contains { key in
                    key.child == table.number && key.childColumns.contains { $0.isSame(as: column.name) }
                        || key.parent == table.number && key.parentColumns.contains { $0.isSame(as: column.name) }
                }
                return isUnique || isKey
            }
        }
    }
}
