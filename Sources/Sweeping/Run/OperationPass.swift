/// One operation's way through its rows: read a page, decide, change in batches, make room for the application, go on.
struct OperationPass<Session: MaintenanceSession> {
    /// A row that is to be changed.
    private typealias Planned = (key: Session.Key, row: SelectedRow, change: PlannedChange)

    let operation: any SweepOperation
    let session: Session
    let recorder: RunRecorder
    private let selection: Selection
    private let judge: (SelectedRow) -> Verdict<PlannedChange>
    private let change: TableChange
    private let onProgress: (RunProgress) -> Void

    /// How many rows one page reads: enough to keep the next batches busy, few enough to take no memory to speak of.
    static var pageSize: Int { 1_000 }
    /// How long the rows may be counted before they are gone through.
    private static var countLimit: Duration { .milliseconds(250) }

    /// - Parameter foresight: what a dry run has to see; nil in a real one.
    init(
        _ operation: any SweepOperation, at now: Timestamp, foresight: Foresight?, session: Session,
        recorder: RunRecorder, onProgress: @escaping (RunProgress) -> Void
    ) {
        self.operation = operation
        self.session = session
        self.recorder = recorder
        self.onProgress = onProgress
        let plain = operation.verdicts(at: now)
        selection = foresight?.selection ?? operation.selection(at: now)
        judge = foresight?.judging(plain, recorder: recorder) ?? plain
        // What a dry run foresees of other rows isn't so yet.
        change = TableChange(
            of: selection, operation.action, while: foresight == nil ? operation.standing : nil,
            sparing: operation.spared, now: now)
    }

    /// Goes through all rows.
    /// - Throws: `StopReason` between batches, `StoreError` when the operation can't go on.
    func run(in run: inout PassContext) async throws {
        var again = SecondTries<Planned>()
        // However the pass ends, what was refused is told.
        defer { for (planned, reason) in again.takeAll() { refuse(planned.row, reason) } }
        // What others have locked has its turn once more at the pass's end, when they may be done.
        var busy: [Planned]? = []
        var cursor: Session.Cursor?
        var waiting: [Planned] = []
        var looked = 0
        let due = try await session.count(selection, within: Self.countLimit)
        var teller = ProgressTeller(
            operation.name, operation.wording, due: due, begun: run.clock.uptime(), onProgress: onProgress)
        repeat {
            try run.checkStop()
            let page = try await session.page(selection, after: cursor, limit: Self.pageSize)
            for (key, row) in page.rows {
                switch judge(row) {
                case .keep: break
                case .skip(let reason): recorder.skip(operation.name, reason, id: row.id)
                case .change(let change): waiting.append((key, row, change))
                }
            }
            cursor = page.next
            looked += page.rows.count
            let mayWait = cursor == nil ? 0 : run.pacer.batchSize - 1
            while waiting.count > mayWait {
                let batch = Array(waiting.prefix(run.pacer.batchSize))
                let tried = try await change(batch, refused: &again, busy: &busy, in: &run)
                waiting.removeFirst(tried)
                teller.tell(done: looked - waiting.count, at: run.clock.uptime())
            }
            teller.tell(done: looked - waiting.count, at: run.clock.uptime())
        } while cursor != nil
        if var waiting = busy, !waiting.isEmpty {
            busy = nil
            while !waiting.isEmpty {
                let batch = Array(waiting.prefix(run.pacer.batchSize))
                waiting.removeFirst(try await change(batch, refused: &again, busy: &busy, in: &run))
            }
        }
        while case let batch = again.batch(of: run.pacer.batchSize), !batch.isEmpty {
            let tried = try await change(batch, refused: &again, busy: &busy, in: &run)
            again.tried(tried)
        }
        teller.tell(done: looked, isEnd: true, at: run.clock.uptime())
    }

    /// Counts the rows that still qualify, without changing anything, for at most `limit`.
    /// - Returns: nil where that wasn't enough: what was counted so far says nothing of the rest.
    func countEligible(in run: PassContext, within limit: Duration) async throws -> Int? {
        let deadline = run.clock.uptime() + limit
        var cursor: Session.Cursor?
        var count = 0
        repeat {
            let page = try await session.page(selection, after: cursor, limit: Self.pageSize)
            for (_, row) in page.rows {
                if case .change = judge(row) { count += 1 }
            }
            cursor = page.next
        } while cursor != nil && run.clock.uptime() < deadline
        return cursor == nil ? count : nil
    }

    /// - Parameter busy: takes the rows that others have locked; nil where those are skipped.
    /// - Returns: how many rows of the batch were tried.
    private func change(
        _ batch: [Planned], refused: inout SecondTries<Planned>, busy: inout [Planned]?, in run: inout PassContext
    ) async throws -> Int {
        try run.checkStop()
        await run.makeRoom(session)
        let rows = batch.map { PlannedRow($0.key, $0.change.values) }
        let outcome = try await session.change(rows, by: change, within: run.pacer.hold)
        run.note(outcome, of: batch.count)
        if outcome.dependents > 0 { recorder.update(operation.name) { $0.dependents += outcome.dependents } }
        note(outcome.dearestRow, in: run)
        for (planned, result) in zip(batch, outcome.rows) {
            switch result {
            case .done:
                note(planned.row, planned.change, at: run.now)
                refused.noteProgress()
            case .changed: recorder.skip(operation.name, .changed, id: planned.row.id)
            case .gone: break
            case .busy:
                if busy == nil { recorder.skip(operation.name, .busy, id: planned.row.id) }
                busy?.append(planned)
            case .spared:
                recorder.skip(operation.name, .referenced, id: planned.row.id)
                recorder.keep(planned.row.identity, from: operation.name)
            case .refused(let reason):
                // Only what hangs off a row may go by itself.
                if !operation.deletes || !refused.add(planned, reason) { refuse(planned.row, reason) }
            }
        }
        return outcome.rows.count
    }

    private func note(_ held: Duration, in run: PassContext) {
        guard held >= run.dear else { return }
        recorder.update(operation.name) { result in
            if held > result.dearRow?.held ?? .zero { result.dearRow = DearRow(held: held, causes: []) }
        }
    }

    /// Finds out what is to blame for a row that was dear, if one was.
    func nameCauses() async {
        guard recorder.report.results[operation.name]?.dearRow != nil else { return }
        let causes = (try? await session.causesOfCost(change)) ?? []
        recorder.update(operation.name) { $0.dearRow?.causes = causes }
    }

    private func note(_ row: SelectedRow, _ change: PlannedChange, at now: Timestamp) {
        recorder.update(operation.name) { result in
            result.rowsChanged += 1
            if result.samples.count < RowSample.limit {
                result.samples.append(RowSample(id: row.id, note: operation.note(on: row, at: now)))
            }
            if let metric = operation.metric { result.counts.add(to: metric.name, change.labels) }
            if let doubt = change.doubt { result.note(doubt, row.id) }
            if let detail = change.detail, result.details.count < RunReport.listLimit { result.details.append(detail) }
        }
    }

    private func refuse(_ row: SelectedRow, _ reason: String) {
        let id = row.id
        let jobID = operation.jobID(of: row)
        let message = jobID == id ? reason : "row \(id): \(reason)"
        recorder.refuse(row.identity, RunError(operation: operation.name, jobID: jobID, message: message))
    }
}
