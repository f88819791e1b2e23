import Sweeping
import TestTools

/// A `MaintenanceSession` over a `FakeDatabase`: a key is a row's place, a cursor the place behind the last row.
struct FakeSession: MaintenanceSession {
    let database: FakeDatabase
    let clock: ManualClock
    let options: SessionOptions

    func require(_ needs: [TableNeed]) async throws {
        guard let operation = SweepPolicy().operations.first(where: { $0.needs == needs })?.name else { return }
        database.note("check \(operation.rawValue)")
        if let error = database.script.check[operation] { throw error }
    }

    func facts(of table: TableReference) async throws -> TableFacts? { nil }

    func areUnchanged(_ rows: [Int], for change: TableChange) async throws -> [Bool] { rows.map { _ in true } }

    func count(_ selection: Selection, within limit: Duration) async throws -> RowCount {
        database.script.beforeCount()
        if let error = database.script.countError { throw error }
        if selection.label == "stale_jobs" {
            return RowCount(database.jobs.count { JobStatus.reading($0.status)?.status.isActive == true })
        }
        return RowCount(database.state.withLock { $0.count(selection.table) }, isLeast: database.script.countsLeast)
    }

    func page(_ selection: Selection, after cursor: Int?, limit: Int) async throws -> Page<Int, Int> {
        let operation = OperationName(rawValue: selection.label)
        for case .isOver(_, let retention, let now) in selection.condition.conjuncts {
            guard let keep = retention.shortest else { continue }
            database.note("cutoff of \(operation) \((now - keep).rfc3339)")
        }
        guard SweepPolicy().operationNames.contains(operation) else {
            return database.state.withLock { $0.page(selection, after: cursor, limit: limit) }
        }
        let number = database.state.withLock { state in
            state.pages += 1
            return state.pages
        }
        database.script.beforePage(number)
        return try database.state.withLock { state in
            state.pagesOf[operation, default: 0] += 1
            state.largestPage = max(state.largestPage, limit)
            state.log.append("page of \(operation)")
            if let error = state.script.page[operation]?[state.pagesOf[operation] ?? 0] { throw error }
            return state.page(selection, after: cursor, limit: limit)
        }
    }

    func cascades(from child: TableReference, onto parent: TableReference) async throws -> [CascadingKey] {
        guard database.script.cascades, parent.name == "job", child != parent else { return [] }
        return [CascadingKey(column: "job_id", parentColumn: nil)]
    }

    func prepare(_ rows: [Int], for change: TableChange) async throws -> [Int] {
        let sizes = database.script.sizes
        guard !sizes.isEmpty else { return [] }
        return database.state.withLock { state in
            state.prepared.append(rows.count)
            return rows.map { row in
                let id = state.values(of: change.selection.table, at: row)?["id"]?.displayText
                return id.flatMap { sizes[$0] } ?? 100
            }
        }
    }

    func change(_ rows: [PlannedRow<Int>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome
    {
        let operation = OperationName(rawValue: change.selection.label)
        let number = database.state.withLock { state in
            state.batches += 1
            return state.batches
        }
        database.script.beforeBatch(number)
        let script = database.script
        let takesLock = !options.dryRun || script.rehearses
        let fitting = takesLock ? (1...max(1, rows.count)).first { script.cost($0) >= hold } : nil
        let results: [BatchOutcome.Row] = try database.state.withLock { state in
            state.batchesOf[operation, default: 0] += 1
            state.log.append("\(options.dryRun ? "try" : "change") \(rows.count) of \(operation)")
            if let error = script.batch[operation]?[state.batchesOf[operation] ?? 0] { throw error }
            func id(_ row: PlannedRow<Int>) -> String? {
                state.values(of: change.selection.table, at: row.key)?["id"]?.displayText
            }
            var tried = rows.prefix(min(fitting ?? rows.count, script.tried))
            // The lock is left alone after a row that held it for so long.
            if let end = tried.firstIndex(where: { id($0).map(script.givenUp.contains) == true }) {
                tried = tried.prefix(through: end)
            }
            return tried.map { row in
                guard let id = id(row) else { return .changed }
                if script.changed.contains(id) { return .changed }
                if script.givenUp.contains(id) { return .givenUp(after: .seconds(3)) }
                if let reason = script.refused[id] { return .refused(reason) }
                if !options.dryRun { state.apply(change, to: row) }
                return .done
            }
        }
        return takesLock ? outcome(results, script) : BatchOutcome(rows: results)
    }

    /// Lets the time pass that so many rows take.
    private func outcome(_ rows: [BatchOutcome.Row], _ script: FakeDatabase.Script) -> BatchOutcome {
        let work = script.cost(rows.count)
        let held = work + script.fixedHold
        clock.advance(by: held)
        return BatchOutcome(
            rows: rows, locksHeld: [held], work: work, fixedHold: script.fixedHold, price: script.fixedHold,
            rest: max(held, script.rest), dearestRow: rows.isEmpty ? .zero : work / rows.count,
            logBytes: script.logBytes)
    }

    func causesOfCost(_ change: TableChange) async throws -> [String] { ["a fake"] }

    func relieveLog() async throws -> Int64? {
        database.note("relieve log")
        return database.state.withLock { state in
            state.script.relieved.count > 1 ? state.script.relieved.removeFirst() : state.script.relieved[0]
        }
    }

    func tidyUp() async throws {
        database.note("tidy up")
    }

    func spaceToGiveBack() async throws -> UnusedSpace {
        if let error = database.script.unusedError { throw error }
        return database.script.unused
    }

    func giveBackSpace(_ units: Int) async throws -> BatchOutcome {
        let number = database.state.withLock { state in
            state.steps += 1
            state.log.append("give back \(units)")
            return state.steps
        }
        try database.script.beforeStep(number)
        let given = database.state.withLock { state in
            let given = min(units, state.script.unused.units)
            state.script.unused.units -= given
            return given
        }
        return outcome(Array(repeating: .done, count: given), database.script)
    }

    func putBack(_ rows: [ArchivedRow], within hold: Duration) async throws -> PutBackOutcome {
        PutBackOutcome(results: rows.map { _ in .done }, batch: BatchOutcome(rows: []))
    }

    func close() async {
        database.state.withLock { $0.openSessions -= 1 }
    }
}
