import Sweeping

/// One transaction of a batch.
extension BatchWriter {
    /// Where nothing has to be looked at before, it is one pipeline, so that no round trip happens under its locks. Rows that hang together
    /// or are to be kept are looked at first, without locks, in the transaction's own snapshot. Of rows that the archive has already it is only
    /// to be said which of them went.
    /// - Parameter isLocking: whether rows are locked before they are looked at, since others write them all the time.
    /// - Returns: which of the rows were changed; of a family's, those that were spared or went along are noted already.
    mutating func transaction(_ rows: [Int], isExact: Bool, isLocking: Bool) throws -> Set<Int> {
        pending = nil
        keeping?.archive.begin(plan.change.selection.label)
        do {
            guard family != nil || keeping != nil else {
                let steps = try plan.steps(rows, of: batch, isExact: isExact)
                return try carryOut(
                    steps, of: rows, after: [Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")])
            }
            if !isLocking, family == nil, rows.allSatisfy({ batch[$0].key.isAhead }) {
                var kept: RowKeeping.Kept? = RowKeeping.Kept(isAhead: true)
                return try carryOut(
                    try plan.steps(rows, of: batch, isExact: isExact), of: rows,
                    after: [Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")], keeping: &kept,
                    isSealed: false)
            }
            return try lookedAt(rows, isExact: isExact || family != nil, isLocking: isLocking)
        } catch {
            if !link.isLost { _ = try? link.run(Statement("ROLLBACK")) }
            // Where nobody knows what became of it, what was kept stays kept.
            if pending == nil { keeping?.archive.discard() }
            throw error
        }
    }

    private mutating func lookedAt(_ rows: [Int], isExact: Bool, isLocking: Bool) throws -> Set<Int> {
        let started = MonotonicTime.now()
        _ = try link.run([
            Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"),
            LocalSettings.statement(
                taking: RowKeeping.longestRead, waiting: Self.lockPatience, version: link.version),
        ])
        var going = rows
        var fates: FamilyFates?
        if let family {
            let keys = rows.map { batch[$0].key }
            let found = FamilyFates(
                keys, spared: try family.sparing(keys, settled: isRehearsal ? foreseen : nil, in: link),
                own: try family.ownRows(keys, in: link)
                // What an earlier rehearsal took is back again.
            ) { isRehearsal && foreseen.contains($0, of: plan.table.number, as: .gone) }
            going = found.going.map { rows[$0] }
            fates = found
        }
        let steps = going.isEmpty ? [] : try plan.steps(going, of: batch, isExact: isExact)
        let locked = MonotonicTime.now()
        let isLocked = try isLocking && family == nil && keeping?.lock(steps) == true
        var kept = try keeping?.read(steps)
        let begun = MonotonicTime.now()
        var isSealed = keeping == nil
        if let keeping, let kept, kept.awaiting.isEmpty {
            try keeping.archive.seal()
            isSealed = true
        }
        let sealing = MonotonicTime.now() - begun
        // The transaction is to be short with all that was done in it before: some of that is the rows' doing, too.
        let before = isLocked ? .zero : MonotonicTime.now() - started
        let reading = isLocked ? .zero : kept?.reading ?? .zero
        let done = try carryOut(
            steps, of: going, after: kept == nil ? [] : RowKeeping.ending, keeping: &kept, isSealed: isSealed,
            since: isLocked ? locked : nil)
        // However few the rows are, the disk takes its time.
        outcome.note(work: reading, fixed: before - reading, price: sealing, dearestRow: .zero)
        if let fates {
            for (place, result) in fates.results { results[rows[place]] = result }
            if isRehearsal {
                outcome.dependents -= fates.taken.count {
                    foreseen.contains($0, of: plan.table.number, as: .gone)
                }
                foreseen.insert(done.map { batch[$0].key.name }, of: plan.table.number, as: .gone)
            }
            foreseen.insert(fates.taken, of: plan.table.number, as: .gone)
        }
        return done
    }

    private mutating func carryOut(_ steps: [WritePlan.Step], of rows: [Int], after beginning: [Statement]) throws
        -> Set<Int>
    {
        var kept: RowKeeping.Kept?
        return try carryOut(steps, of: rows, after: beginning, keeping: &kept, isSealed: true)
    }

    /// - Parameters:
    ///   - isSealed: whether the archive has all that it needs, so that the transaction may end at once.
    ///   - locked: since when rows are locked; nil where none is yet.
    private mutating func carryOut(
        _ steps: [WritePlan.Step], of rows: [Int], after beginning: [Statement], keeping kept: inout RowKeeping.Kept?,
        isSealed: Bool, since locked: Duration? = nil
    ) throws -> Set<Int> {
        let patience = rows.count > 1 ? min(max(hold * 8, .milliseconds(100)), Self.longestHold) : Self.longestHold
        let counts = TransactionCounts(of: plan, keeping: kept)
        let ending = [Statement(isRehearsal ? "ROLLBACK" : "COMMIT").repeated]
        let beginning = isRehearsal ? beginning : beginning + link.fences
        let statements =
            (beginning + [
                LocalSettings.statement(taking: patience, waiting: Self.lockPatience, version: link.version),
                counts.first,
            ]).map(\.repeated)
            // Each is planned for its own rows.
            + steps.map(\.statement)
            // What is checked at the commit has to show all the same.
            + (isRehearsal ? [Statement("SET CONSTRAINTS ALL IMMEDIATE")] : []) + [counts.last.repeated]
        let begun = locked ?? MonotonicTime.now()
        defer {
            let took = MonotonicTime.now() - begun
            held += took
            outcome.locksHeld.append(took)
        }
        var transaction: UInt32?
        let answers: [PostgresRows]
        do {
            pending = isRehearsal || !isSealed ? nil : Pending(rows: rows, transaction: nil)
            answers = try link.run(statements + (isSealed ? ending : []), telling: beginning.count + 1) {
                transaction = $0.text(0, 0).flatMap(UInt64.init).map(UInt32.init(truncatingIfNeeded:))
            }
            if !isSealed, let keeping {
                if kept?.isAhead == true {
                    let gone = zip(steps, answers[(beginning.count + 2)...])
                    kept?.own = try claim(
                        gone.map { (found($0, $1), $1.count) },
                        along: counts.along(answers[beginning.count + 1], answers[statements.count - 1], done: 0),
                        keeping.archive)
                } else {
                    try keeping.readChanged(&kept)
                }
                try keeping.archive.seal()
                pending = Pending(rows: rows, transaction: nil)
                _ = try link.run(ending[0])
            }
        } catch {
            pending = link.isLost && pending != nil ? Pending(rows: rows, transaction: transaction) : nil
            throw counts.isMismatch(error) ? PostgresError(state: "40001", message: "rows went meanwhile") : error
        }
        pending = nil
        if !isRehearsal { keeping?.archive.confirm() }
        let first = answers[beginning.count + 1]
        let last = answers[statements.count - 1]
        let work = counts.work(first, last)
        var done: Set<Int> = []
        for (step, answer) in zip(steps, answers[(beginning.count + 2)...]) { done.formUnion(changed(step, answer)) }
        let along = counts.along(first, last, done: done.count)
        outcome.dependents += along
        if let keeping, let kept {
            keeping.tellMissed(kept, counts.missed(kept, first, last, done: done.count, along: along))
        }
        let fixed = max(.zero, MonotonicTime.now() - begun - work)
        slowestCommit = max(slowestCommit, fixed)
        outcome.note(
            work: work, fixed: fixed, price: Self.price,
            dearestRow: rows.count == 1 ? work : work / max(1, rows.count))
        return done
    }

    /// Says which rows go of those that are durable.
    /// - Parameters:
    ///   - gone: for each statement the rows that it deleted, and how many the server says they are.
    ///   - along: how many rows went with them.
    /// - Returns: how many they are.
    /// - Throws: `PostgresError` where others go: then the next try reads what goes.
    private mutating func claim(
        _ gone: [(found: [Int], count: Int)], along: Int, _ archive: any ArchiveSink
    ) throws -> Int {
        isEntangled = isEntangled || along > 0
        guard along == 0, gone.allSatisfy({ $0.found.count == $0.count }) else {
            throw PostgresError(state: "40001", message: "more rows went than were read")
        }
        let rows = gone.flatMap(\.found).sorted()
        var rest = rows[...]
        while let first = rest.first {
            let page = batch[first].key.page
            let part = rest.prefix { batch[$0].key.page === page }
            if let ahead = page.ahead {
                archive.claim(part.compactMap { ahead.places[batch[$0].key.row] }, of: ahead.unit, ahead.table)
            }
            rest = rest.dropFirst(part.count)
        }
        return rows.count
    }
}
