import GRDB
import Sweeping

/// Carries out one batch as short transactions, row by row; as one, where nothing is in the way.
///
/// The batch ends when its time with the lock is over, in the middle if need be. A refused row doesn't stop the others: where it
/// threw the whole transaction away, the rows before it are done once more without it.
struct BatchWriter {
    /// While a commit waits for readers to go, SQLite lets no new ones in: better to give up soon and try again.
    private static let commitPatience: Duration = .milliseconds(100)
    private static let retryPause: Duration = .milliseconds(50)

    let database: Database
    let gate: BusyGate
    let busyTimeout: Duration
    /// What earlier ones did, where everything is undone at the end: a dry run that has to try, or a trial.
    let rehearsed: RehearsedRows?
    /// Whether what is tried is to be forgotten again.
    let isTrial: Bool
    /// Whether the database may refuse single rows: then each row's change can be undone alone.
    let mayRefuse: Bool
    let memory: WritingMemory
    /// For how long the rows may hold the lock; the first of them may take longer.
    let hold: Duration
    /// After so long with the lock a row's change is given up.
    let longestHold: Duration
    /// Whether somebody else has written since the last batch.
    let othersWrote: Bool
    let change: RowChange
    /// The files that must still be in their places when something is committed; nil where nothing is.
    let files: RunFiles?
    /// Hands what goes and changes to the archive; nil where nothing is kept.
    let capture: RowCapture?
    /// What goes with the rows, where SQLite's own cascade isn't to see to it. Their ids are the first of the guards.
    var children: ChildRows?

    /// Why a transaction was undone, and how to have its rows all the same.
    private enum Trial: Error {
        /// Without this row, which is refused.
        case without(row: Int, result: BatchOutcome.Row)
        /// One by one, since the rows can't be had together.
        case oneByOne(result: BatchOutcome.Row)
        /// So that each row's change can be undone alone.
        case carefully
        /// After what earlier rehearsals did: in a run, a row that is refused may be let go by then.
        case afterOthers
    }

    /// How far the batch is.
    private struct Course {
        var outcome = BatchOutcome(rows: [])
        /// How long the lock was held and waited for since it was last left alone.
        var held = Duration.zero
        var waited = Duration.zero
        /// Where the next transaction ends.
        var end: Int
        /// A row that is known to be refused.
        var refused: (row: Int, result: BatchOutcome.Row)?
        var isOneByOne = false
        /// Whether what earlier rehearsals did is done again first.
        var isAfterOthers: Bool

        var next: Int { outcome.rows.count }
    }

    /// - Returns: the rows that were tried, in order; the last ones are missing where the time is over, where the run is to end, or
    ///   where the database failed there.
    func run(count: Int) throws -> BatchOutcome {
        var course = Course(end: count, isAfterOthers: rehearsed != nil && change.plan.rowsMayClash)
        func work() throws { try run(count, &course) }
        func captured() throws {
            if let capture { try capture.capturing(database, work) } else { try work() }
        }
        func counted() throws {
            if let counter = change.plan.counter { try counter.counting(database, captured) } else { try captured() }
        }
        if children != nil {
            try CascadeSwitch.off(database, counted)
        } else {
            try counted()
        }
        course.outcome.rest = rest(after: course)
        return course.outcome
    }

    private func run(_ count: Int, _ course: inout Course) throws {
        while course.next < count {
            let before = course.next
            course.end = course.isOneByOne ? before + 1 : course.refused?.row ?? count
            let asked = course.end - before
            do {
                let tried = try patiently(before..<course.end, &course)
                course.outcome.rows += tried
                // The rest will be asked for again.
                if tried.count < asked { return }
            } catch Trial.without(let row, let result) {
                course.refused = (row, result)
            } catch Trial.oneByOne(let result) where asked == 1 {
                course.outcome.rows.append(result)
            } catch Trial.oneByOne {
                course.isOneByOne = true
            } catch Trial.carefully {
                memory.suspicion.arouse()
            } catch Trial.afterOthers {
                course.isAfterOthers = true
            } catch  where !course.outcome.rows.isEmpty {
                // What the parts before it did is done; the rest will be asked for again.
                return
            }
            if let refused = course.refused, refused.row == course.next {
                course.outcome.rows.append(refused.result)
                course.refused = nil
            }
            if course.next == before {
                // What was for nothing is done again, at once only where both together hold the lock no longer than one batch may.
                if course.held * 2 > hold { breathe(&course) }
            } else if course.held >= hold {
                return
            }
            if gate.isOver { return }
        }
    }

    /// Between two parts the lock is left alone as after a batch.
    private func breathe(_ course: inout Course, atLeast least: Duration = .zero) {
        gate.rest(max(least, rest(after: course)))
        course.held = .zero
        course.waited = .zero
    }

    private func rest(after course: Course) -> Duration {
        memory.pace.rest(held: course.held, waited: course.waited, othersWrote: othersWrote)
    }

    /// Tries until the lock was had for as long as it took, or the patience is over.
    private func patiently(_ rows: Range<Int>, _ course: inout Course) throws -> [BatchOutcome.Row] {
        let deadline = MonotonicTime.now() + busyTimeout
        while true {
            do {
                return try transaction(rows, &course, deadline: deadline)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && MonotonicTime.now() < deadline
            {
                breathe(&course, atLeast: BatchWriter.retryPause)
                if gate.isOver { throw error }
            }
        }
    }

    private func transaction(_ rows: Range<Int>, _ course: inout Course, deadline: Duration) throws
        -> [BatchOutcome.Row]
    {
        let foresight = try children?.foresee(rows.map(change.id), in: database)
        let asked = MonotonicTime.now()
        gate.allow(deadline - asked)
        try database.beginTransaction(.immediate)
        let begun = MonotonicTime.now()
        course.waited += begun - asked
        defer {
            let held = MonotonicTime.now() - begun
            course.held += held
            course.outcome.locksHeld.append(held)
        }
        gate.allow(BatchWriter.commitPatience)
        change.plan.counter?.begin()
        var changes = Changes(next: rows.lowerBound)
        var isCareful = true
        do {
            try children?.check(database)
            try capture?.begin(in: database)
            isCareful = try mayRefuse || memory.suspicion.isAroused(in: database)
            var fixed = Duration.zero
            try StopHandler { MonotonicTime.now() >= begun + longestHold }.guarding(database) {
                if course.isAfterOthers, let rehearsed {
                    fixed = try rehearsed.doAgain(change.plan.change) { try change.again($0) }
                }
                // What was foreseen is of use only if all rows are done.
                let limit = foresight == nil ? hold - course.held : hold * 2
                try change(rows, carefully: isCareful, until: begun + fixed + limit, &changes)
                if let children { fixed += try delete(children, with: rows, changes.results, foresight) }
            }
            if !course.isAfterOthers, rehearsed?.isOf(change.plan.change) == true,
                changes.results.contains(where: { $0.refusal != nil })
            {
                throw Trial.afterOthers
            }
            fixed += try end()
            let work = MonotonicTime.now() - begun - fixed
            if changes.results.count == 1 { changes.dearest = work }
            let deleted = changes.results.count { $0 == .done }
            course.outcome.dependents += change.plan.counter?.dependents(of: deleted) ?? 0
            if !isTrial {
                rehearsed?.note(
                    zip(change.rows[rows], changes.results).lazy.filter { $0.1 == .done }.map(\.0),
                    by: change.plan.change)
            }
            course.outcome.note(
                work: work, fixed: fixed, price: fixed + (foresight?.price ?? .zero), dearestRow: changes.dearest)
            return changes.results
        } catch {
            change.plan.counter?.undo()
            capture?.discard()
            if database.isInsideTransaction { try database.rollback() }
            // A task that is cancelled interrupts as well.
            let isTooDear = MonotonicTime.now() >= begun + longestHold
            throw verdict(on: error, at: changes.next, isCareful, isTooDear)
        }
    }

    /// The rows' changes in one transaction.
    private struct Changes {
        var results: [BatchOutcome.Row] = []
        /// The row that is being changed; nil once the rows are through.
        var next: Int?
        /// What the dearest of them took.
        var dearest = Duration.zero
    }

    private func change(_ rows: Range<Int>, carefully: Bool, until limit: Duration, _ changes: inout Changes) throws {
        var last = MonotonicTime.now()
        for index in rows {
            changes.next = index
            changes.results.append(try change(index, carefully: carefully))
            let now = MonotonicTime.now()
            changes.dearest = max(changes.dearest, now - last)
            last = now
            if now >= limit { break }
        }
        changes.next = nil
    }

    /// - Returns: how much of the time was no row's doing.
    private func delete(
        _ children: ChildRows, with rows: Range<Int>, _ results: [BatchOutcome.Row], _ foresight: ChildRows.Foresight?
    ) throws -> Duration {
        let gone = zip(rows, results).filter { $0.1 == .done }.map { change.id($0.0) }
        guard !gone.isEmpty else { return .zero }
        return try children.delete(with: gone, gone.count == rows.count ? foresight : nil, in: database)
    }

    /// - Returns: how much of the time was no row's doing.
    private func end() throws -> Duration {
        let begun = MonotonicTime.now()
        gate.allow(BatchWriter.commitPatience)
        if rehearsed != nil {
            try database.rollback()
        } else {
            try files?.check()
            try capture?.seal()
            try database.commit()
            capture?.confirm()
        }
        return memory.commitPrice.note(MonotonicTime.now() - begun)
    }

    /// - Parameter row: the one that was being changed, if it was one.
    private func verdict(on error: any Error, at row: Int?, _ wasCareful: Bool, _ isTooDear: Bool) -> any Error {
        guard let refusal = error as? DatabaseError else { return error }
        var result = BatchOutcome.Row.refused(refusal.reason)
        if refusal.resultCode == .SQLITE_INTERRUPT, isTooDear {
            result = .givenUp(after: longestHold)
        } else {
            guard refusal.blamesRow else { return error }
            guard wasCareful else { return Trial.carefully }
        }
        return row.map { Trial.without(row: $0, result: result) } ?? Trial.oneByOne(result: result)
    }
}
