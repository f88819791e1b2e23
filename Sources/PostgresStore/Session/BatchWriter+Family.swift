import Sweeping

extension BatchWriter {
    /// The same for rows that hang together: they are locked first, then looked at, and those that are to stay stay.
    /// - Returns: which of the rows were changed; those that were spared, or went along, are noted already.
    mutating func familyTransaction(_ rows: [Int]) throws -> Set<Int> {
        guard let family, let counter = plan.counter else { return try transaction(rows, isExact: true) }
        let keys = rows.map { batch[$0].key }
        let begun = MonotonicTime.now()
        var transaction: UInt32?
        pending = nil
        defer {
            let took = MonotonicTime.now() - begun
            held += took
            outcome.locksHeld.append(took)
        }
        do {
            let first = try link.run([
                Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"),
                LocalSettings.statement(taking: Self.longestHold, waiting: Self.lockPatience, version: link.version),
                Statement("SELECT pg_current_xact_id()::text, \(counter.sql)"),
            ])[2]
            transaction = first.text(0, 0).flatMap(UInt64.init).map(UInt32.init(truncatingIfNeeded:))
            try family.lock(keys, in: link)
            let fates = FamilyFates(
                keys, spared: try family.sparing(keys, settled: isRehearsal ? foreseen : nil, in: link),
                own: try family.ownRows(keys, in: link)
            ) { _ in false }
            let going = fates.going.map { rows[$0] }
            var done: Set<Int> = []
            if !going.isEmpty {
                for step in try plan.steps(going, of: batch, isExact: true) {
                    done.formUnion(changed(step, try link.run(step.statement)))
                }
            }
            if isRehearsal { _ = try link.run(Statement("SET CONSTRAINTS ALL IMMEDIATE")) }
            let deleted = Int(
                (try link.run(Statement("SELECT \(counter.sql)")).integer(0, 0) ?? 0) - (first.integer(0, 1) ?? 0))
            if !isRehearsal { pending = Pending(rows: rows, transaction: transaction) }
            _ = try link.run(Statement(isRehearsal ? "ROLLBACK" : "COMMIT"))
            pending = nil
            for (place, result) in fates.results { results[rows[place]] = result }
            foreseen.insert(fates.taken, of: plan.table.number, as: .gone)
            outcome.dependents += max(0, deleted - (counter.countsOwn ? done.count : 0))
            outcome.note(work: MonotonicTime.now() - begun, fixed: .zero, price: .zero, dearestRow: .zero)
            return done
        } catch {
            if !link.isLost { _ = try? link.run(Statement("ROLLBACK")) }
            throw error
        }
    }
}
