/// One operation's way through its rows: read a page, decide, change in batches, make room for the application, go on.
struct OperationPass<Session: MaintenanceSession, Record: Sendable, Change: Sendable & Equatable> {
    /// A row that is to be changed.
    typealias Planned = (key: Session.Key, record: Record, change: Change)

    let operation: Operation
    let read: (Session.Cursor?, Int) async throws -> Page<Session.Key, Record, Session.Cursor>
    let decide: (Record) -> Verdict<Change>
    /// Changes the rows, for at most so long with the write lock.
    let apply: ([Planned], Duration) async throws -> BatchOutcome
    /// The row's id, for reports.
    let id: (Record) -> String
    /// The job that an error on this row is reported under; nil for rows that aren't jobs.
    let jobID: (Record) -> String?
    /// Why the row is changed, for a preview.
    let note: (Record, Change) -> String
    /// Called for every row that was changed.
    let changed: (Record, Change) -> Void
    /// Called with how many rows were looked at so far.
    let seen: (Int) -> Void

    /// How many rows one page reads: enough to keep the next batches busy, few enough to take no memory to speak of.
    static var pageSize: Int { 1_000 }

    /// Goes through all rows.
    /// - Throws: `StopReason` between batches, `StoreError` when the operation can't go on.
    func run(in run: inout PassContext, session: Session, recorder: RunRecorder) async throws {
        var cursor: Session.Cursor?
        var waiting: [Planned] = []
        var looked = 0
        repeat {
            try run.checkStop()
            let page = try await read(cursor, Self.pageSize)
            for row in page.rows {
                switch decide(row.record) {
                case .keep: break
                case .skip(let reason): recorder.skip(operation, reason, id: id(row.record))
                case .change(let change): waiting.append((row.key, row.record, change))
                }
            }
            cursor = page.next
            looked += page.rows.count
            let mayWait = cursor == nil ? 0 : run.pacer.batchSize - 1
            while waiting.count > mayWait {
                let batch = Array(waiting.prefix(run.pacer.batchSize))
                let tried = try await change(batch, in: &run, session: session, recorder: recorder)
                waiting.removeFirst(tried)
            }
            seen(looked)
        } while cursor != nil
    }

    /// Counts the rows that still qualify, without changing anything, for at most `limit`.
    /// - Returns: nil where that wasn't enough: what was counted so far says nothing of the rest.
    func countEligible(in run: PassContext, within limit: Duration) async throws -> Int? {
        let deadline = run.clock.uptime() + limit
        var cursor: Session.Cursor?
        var count = 0
        repeat {
            let page = try await read(cursor, Self.pageSize)
            for row in page.rows {
                if case .change = decide(row.record) { count += 1 }
            }
            cursor = page.next
        } while cursor != nil && run.clock.uptime() < deadline
        return cursor == nil ? count : nil
    }

    /// - Returns: how many rows of the batch were tried.
    private func change(
        _ batch: [Planned], in run: inout PassContext, session: Session, recorder: RunRecorder
    ) async throws -> Int {
        try run.checkStop()
        await run.makeRoom(session)
        let outcome = try await apply(batch, run.pacer.hold)
        run.note(outcome, of: batch.count)
        for (row, result) in zip(batch, outcome.rows) {
            switch result {
            case .done:
                recorder.update(operation) { total in
                    total.rowsChanged += 1
                    if total.samples.count < RowSample.limit {
                        total.samples.append(RowSample(id: id(row.record), note: note(row.record, row.change)))
                    }
                }
                changed(row.record, row.change)
            case .changed:
                recorder.skip(operation, .changed, id: id(row.record))
            case .refused(let reason):
                let jobID = jobID(row.record)
                let message = jobID == id(row.record) ? reason : "row \(id(row.record)): \(reason)"
                recorder.refuse(RunError(operation: operation, jobID: jobID, message: message))
            }
        }
        return outcome.rows.count
    }
}
