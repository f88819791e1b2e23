import GRDB
import Sweeping

/// Carries out one batch as one short transaction, row by row.
///
/// A refused row doesn't stop the others. Where the refusal only shows at the commit, or a trigger threw the whole transaction away,
/// the batch is done again in transactions of a single row, so that it costs only the row that caused it.
struct BatchWriter {
    typealias Step = (Database, Int) throws -> Void

    /// While a commit waits for readers to go, SQLite lets no new ones in: better to give up soon and try again.
    private static let commitPatience: Duration = .milliseconds(100)
    private static let retryPause: Duration = .milliseconds(50)

    let database: Database
    let gate: BusyGate
    let busyTimeout: Duration
    /// Undo everything at the end: a dry run that has to try.
    let rehearsal: Bool
    /// Says whether a row that was changed in a rehearsal would be refused at the commit.
    var refusalAtCommit: (Database, Int) throws -> String? = { _, _ in nil }

    private enum Trial: Error {
        /// The transaction can't be had as a whole.
        case rowByRow
    }

    func run(count: Int, step: Step) throws -> BatchOutcome {
        var outcome = BatchOutcome(rows: [])
        do {
            try patiently(0..<count, into: &outcome, step: step)
        } catch Trial.rowByRow {
            outcome.rows = []
            for index in 0..<count {
                try patiently(index..<index + 1, into: &outcome, step: step)
            }
        }
        return outcome
    }

    /// Tries until the lock was had for as long as it took, or the patience is over.
    private func patiently(_ rows: Range<Int>, into outcome: inout BatchOutcome, step: Step) throws {
        let deadline = MonotonicTime.now() + busyTimeout
        while true {
            do {
                outcome.rows += try transaction(rows, outcome: &outcome, deadline: deadline, step: step)
                return
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && MonotonicTime.now() < deadline
            {
                gate.allow(BatchWriter.retryPause)
                while gate.wait() {}
                if gate.isOver { throw error }
            }
        }
    }

    private func transaction(
        _ rows: Range<Int>, outcome: inout BatchOutcome, deadline: Duration, step: Step
    ) throws -> [BatchOutcome.Row] {
        let asked = MonotonicTime.now()
        gate.allow(deadline - asked)
        try database.beginTransaction(.immediate)
        let begun = MonotonicTime.now()
        outcome.waited += begun - asked
        defer { outcome.locksHeld.append(MonotonicTime.now() - begun) }
        gate.allow(BatchWriter.commitPatience)
        do {
            let results = try rows.map { try change($0, alone: rows.count == 1, step: step) }
            if rehearsal {
                try database.rollback()
            } else {
                gate.allow(BatchWriter.commitPatience)
                try database.commit()
            }
            return results
        } catch {
            if database.isInsideTransaction { try database.rollback() }
            guard let refusal = error as? DatabaseError, refusal.resultCode == .SQLITE_CONSTRAINT else { throw error }
            guard rows.count == 1 else { throw Trial.rowByRow }
            return [.refused(refusal.reason)]
        }
    }

    private func change(_ index: Int, alone: Bool, step: Step) throws -> BatchOutcome.Row {
        do {
            if rehearsal { try database.execute(sql: "SAVEPOINT row") }
            try step(database, index)
            let done = database.changesCount > 0
            if rehearsal {
                let refusal = done ? try refusalAtCommit(database, index) : nil
                if refusal != nil { try database.execute(sql: "ROLLBACK TO row") }
                try database.execute(sql: "RELEASE row")
                if let refusal { return .refused(refusal) }
            }
            return done ? .done : .changed
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            // Still inside: only this statement was undone. Outside: a trigger threw everything away.
            guard database.isInsideTransaction else {
                if alone { throw error }
                throw Trial.rowByRow
            }
            if rehearsal {
                try database.execute(sql: "ROLLBACK TO row")
                try database.execute(sql: "RELEASE row")
            }
            return .refused(error.reason)
        }
    }
}

extension DatabaseError {
    fileprivate var reason: String {
        message ?? "the database refused the change"
    }
}
