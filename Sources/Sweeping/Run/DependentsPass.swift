/// Deletes what has to go before some rows do: rows of other tables that belong to them, in batches of their own at the run's pace.
///
/// They are found from the rows that are to go, never the other way round. A row that changes meanwhile stays, and what is left of its
/// dependents with it; what had gone by then is told.
struct DependentsPass<Session: MaintenanceSession> {
    typealias Parent = (key: Session.Key, row: SelectedRow)

    /// How often the rows are looked at again while their dependents go.
    private static var patience: Duration { .milliseconds(250) }

    let operation: OperationName
    let dependents: [Dependents]
    /// How the rows themselves will be changed.
    let parentChange: TableChange
    let session: Session
    let recorder: RunRecorder

    /// What became of some rows' dependents.
    struct Outcome {
        /// Of the rows in the order given: how many rows that belonged to each went.
        var gone: [Int]
        /// Rows that aren't any more what they were.
        var changed: Set<Int> = []
        /// Rows that the database won't delete whatever goes before them, with its reasons.
        var refused: [Int: String] = [:]

        /// Rows that belonged to others of them, and went with those.
        var along: Set<Int> = []

        func isOut(_ place: Int) -> Bool {
            changed.contains(place) || refused[place] != nil || along.contains(place)
        }
    }

    /// - Parameter isUrgent: what is found is deleted at once, with the rows to follow: somebody adds to it all the time.
    /// - Throws: `StopReason` between batches, `StoreError` when it can't go on.
    func run(before parents: [Parent], isUrgent: Bool = false, in run: inout PassContext) async throws -> Outcome {
        var outcome = Outcome(gone: Array(repeating: 0, count: parents.count))
        guard !parents.isEmpty else { return outcome }
        if !isUrgent { try await tryOut(parents, &outcome, in: &run) }
        for one in dependents {
            var places: [Value: Int] = [:]
            for (place, parent) in parents.enumerated() {
                let id = one.parentColumn.map { parent.row[$0] } ?? parent.row.identity[0]
                // What has no name has nothing that belongs to it.
                if !id.isNull { for value in id.twins { places[value] = place } }
            }
            if !places.isEmpty { try await delete(one, of: parents, places, isUrgent: isUrgent, &outcome, in: &run) }
        }
        return outcome
    }

    private func delete(
        _ dependents: Dependents, of parents: [Parent], _ places: [Value: Int], isUrgent: Bool,
        _ outcome: inout Outcome, in run: inout PassContext
    ) async throws {
        let selection = selection(of: dependents, ids: Array(places.keys))
        var change = TableChange(of: selection, .delete, while: dependents.standing, now: run.now)
        change.laterTables = parentChange.laterTables + [parentChange.selection.table]
        var cursor: Session.Cursor?
        var lastLook = run.clock.uptime() - Self.patience
        repeat {
            try run.checkStop()
            if isUrgent { await run.makeRoom(session) }
            var isFresh = isUrgent
            let page = try await session.page(selection, after: cursor, limit: session.pageRows)
            var waiting = WaitingRows(page.rows.filter { isMeant($0.row, of: dependents, places, outcome) })
            cursor = page.next
            while !waiting.isEmpty {
                try run.checkStop()
                if isFresh {
                    run.goOn()
                } else {
                    try await waiting.prepare(for: run.pacer, in: session, change: change, key: \.key)
                    await run.makeRoom(session)
                }
                isFresh = false
                if run.clock.uptime() - lastLook >= Self.patience {
                    try await look(at: parents, &outcome)
                    lastLook = run.clock.uptime()
                    waiting.keep { isMeant($1.row, of: dependents, places, outcome) }
                }
                guard !waiting.isEmpty else { break }
                let (batch, sizes) = waiting.batch(at: run.pacer)
                let result = try await session.change(
                    batch.map { PlannedRow($0.key) }, by: change, within: run.pacer.hold)
                run.note(result, of: batch.count, sizes: sizes)
                note(result, batch, of: dependents, places, &outcome)
                noteParents(result, batch, of: dependents, parents, &outcome)
                await recorder.tell(of: result)
                waiting.removeFirst(result.rows.count)
            }
        } while cursor != nil
    }

    /// Finds out which rows the database refuses: nothing goes for the sake of a row that stays.
    private func tryOut(_ parents: [Parent], _ outcome: inout Outcome, in run: inout PassContext) async throws {
        var place = 0
        while place < parents.count {
            try run.checkStop()
            await run.makeRoom(session)
            let batch = parents[place...].prefix(run.pacer.batchSize).map { PlannedRow($0.key) }
            guard let result = try await session.tryOut(batch, by: parentChange, within: run.pacer.hold) else { return }
            run.note(result, of: batch.count)
            for row in result.rows {
                switch row {
                case .refused, .givenUp: outcome.refused[place] = row.refusal
                case .changed, .gone: outcome.changed.insert(place)
                // Whatever else it is, it is found once more.
                case .done, .awaiting, .spared, .busy: break
                }
                place += 1
            }
        }
    }

    private func look(at parents: [Parent], _ outcome: inout Outcome) async throws {
        let places = parents.indices.filter { !outcome.isOut($0) }
        let unchanged = try await session.areUnchanged(places.map { parents[$0].key }, for: parentChange)
        for (place, isUnchanged) in zip(places, unchanged) where !isUnchanged { outcome.changed.insert(place) }
    }

    private func note(
        _ result: BatchOutcome, _ batch: some Collection<(key: Session.Key, row: SelectedRow)>, of one: Dependents,
        _ places: [Value: Int], _ outcome: inout Outcome
    ) {
        var count = result.dependents
        for (dependent, row) in zip(batch, result.rows) {
            switch row {
            case .done:
                count += 1
                if let place = places[dependent.row[one.column]] { outcome.gone[place] += 1 }
            case .refused, .givenUp:
                let reason = row.refusal ?? ""
                recorder.note(
                    RunError(operation: operation, message: "row \(dependent.row.id) of \(one.table): \(reason)"))
            // Whatever it is now, it is looked for again before the row that it belongs to goes.
            case .changed, .gone, .spared, .awaiting, .busy: break
            }
        }
        if count > 0 { recorder.update(operation) { $0.dependents += count } }
    }

    /// Where a table's rows belong to others of their own table, one that is to go may have gone as somebody's.
    private func noteParents(
        _ result: BatchOutcome, _ batch: some Collection<(key: Session.Key, row: SelectedRow)>, of one: Dependents,
        _ parents: [Parent], _ outcome: inout Outcome
    ) {
        guard one.table == parentChange.selection.table, one.key == parentChange.selection.key else { return }
        let gone = Set(zip(batch, result.rows).filter { $0.1 == .done }.map(\.0.row.identity))
        for (place, parent) in parents.enumerated() where gone.contains(parent.row.identity) {
            outcome.along.insert(place)
        }
    }

    private func isMeant(_ row: SelectedRow, of one: Dependents, _ places: [Value: Int], _ outcome: Outcome) -> Bool {
        guard let place = places[row[one.column]], !outcome.isOut(place), !row.isCut else { return false }
        return !row.links.contains { if case .found = $0 { true } else { false } }
    }

    private func selection(of one: Dependents, ids: [Value]) -> Selection {
        Selection(
            label: operation.rawValue, noun: RowNoun(one: "row of \(one.table)", many: "rows of \(one.table)"),
            table: one.table, key: one.key, columns: [ReadColumn(one.column)], condition: .isIn(one.column, ids),
            lookups: one.unlessReferenced.map { reference in
                var lookup = Lookup(
                    column: one.key.first ?? "", table: reference.table, key: [reference.column],
                    target: reference.column, columns: [])
                lookup.passesOverGone = true
                return lookup
            })
    }
}
