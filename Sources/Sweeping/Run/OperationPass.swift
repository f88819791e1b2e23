/// One operation's way through its rows: read a page, decide, change in batches, make room for the application, go on.
struct OperationPass<Session: MaintenanceSession> {
    /// A row that is to be changed. It waits, is batched and told of: in one piece, it isn't copied each time.
    final class Planned {
        let key: Session.Key
        let row: SelectedRow
        let change: PlannedChange

        init(_ key: Session.Key, _ row: SelectedRow, _ change: PlannedChange) {
            self.key = key
            self.row = row
            self.change = change
        }
    }

    let operation: any SweepOperation
    let session: Session
    let recorder: RunRecorder
    let now: Timestamp
    private let maxRows: Int?
    let selection: Selection
    let judge: (SelectedRow) -> Verdict<PlannedChange>
    let change: TableChange
    let dependents: DependentsPass<Session>?
    private let onProgress: (RunProgress) -> Void

    /// How long the rows may be counted before they are gone through.
    private static var countLimit: Duration { .milliseconds(250) }

    /// - Parameters:
    ///   - foresight: what a dry run has to see; nil in a real one.
    ///   - laterTables: what is looked at after this pass of a dry run.
    ///   - most: how many rows the run may change; nil for no limit but the operation's own.
    ///   - heldBack: rows that were put back and are left alone for now.
    init(
        _ operation: any SweepOperation, at now: Timestamp, foresight: Foresight?, laterTables: [TableReference],
        most: Int?, heldBack: HeldBack, session: Session, recorder: RunRecorder,
        onProgress: @escaping (RunProgress) -> Void
    ) {
        self.operation = operation
        self.session = session
        self.recorder = recorder
        self.onProgress = onProgress
        self.now = now
        maxRows = [most, operation.maxRows].compactMap(\.self).min()
        let plain = operation.verdicts(at: now)
        selection = foresight?.selection ?? operation.selection(at: now)
        let judging = foresight?.judging(plain, recorder: recorder) ?? plain
        judge = heldBack.judging(judging, of: selection.table, at: now)
        // What a dry run foresees of other rows isn't so yet.
        var change = TableChange(
            of: selection, operation.action, while: foresight == nil ? operation.standing : nil,
            sparing: operation.spared, now: now)
        change.dependents = operation.dependents
        change.laterTables = laterTables + operation.dependents.map(\.table)
        self.change = change
        dependents =
            operation.dependents.isEmpty
            ? nil
            : DependentsPass(
                operation: operation.name, dependents: operation.dependents, parentChange: change, session: session,
                recorder: recorder)
    }

    /// Where the pass is.
    struct Course {
        var waiting = WaitingRows<Planned>()
        /// Rows that the database refused while others hung off them.
        var again = SecondTries<Planned>()
        /// What others have locked: it has its turn once more at the pass's end, when they may be done; nil from then on.
        var busy: [Planned]? = []
        /// Rows whose dependents came anew.
        var awaiting: [Planned] = []
        var looked = 0
        var keeper: KeptNewest?
        var isFull = false
        /// How many rows that belonged to a row went before it.
        var gone: [[Value]: Int] = [:]
    }

    /// Goes through all rows.
    /// - Throws: `StopReason` between batches, `StoreError` when the operation can't go on.
    func run(in run: inout PassContext) async throws {
        var course = Course()
        // However the pass ends, what was refused is told.
        defer { for (planned, reason) in course.again.takeAll() { refuse(planned.row, reason) } }
        let due = try await session.count(selection, within: Self.countLimit)
        var teller = ProgressTeller(
            operation.name, operation.wording, due: due, begun: run.clock.uptime(), onProgress: onProgress)
        var share = KeptNewest.Share.whole
        repeat {
            try await go(through: share, &course, &teller, in: &run)
            // Only now it is known into how many parts the groups had to be dealt.
            let parts = course.keeper?.share.count ?? 1
            share = KeptNewest.Share(index: share.index + 1, count: parts)
            course.keeper = nil
        } while share.index < share.count && !course.isFull
        if let busy = course.busy, !busy.isEmpty {
            course.busy = nil
            course.waiting = WaitingRows(busy)
            try await changeWaiting(&course, in: &run)
        }
        while case let batch = course.again.batch(of: run.pacer.batchSize), !batch.isEmpty {
            guard dependents == nil else {
                course.again.tried(batch.count)
                course.waiting = WaitingRows(batch)
                try await makeWay(&course, in: &run)
                try await changeWaiting(&course, in: &run)
                try await changeLate(&course, in: &run)
                continue
            }
            let tried = try await change(batch, &course, in: &run)
            course.again.tried(tried)
        }
        teller.tell(done: course.looked, isEnd: true, at: run.clock.uptime())
        recorder.update(operation.name) { $0.isCut = course.isFull }
    }

    private func go(
        through share: KeptNewest.Share, _ course: inout Course, _ teller: inout ProgressTeller,
        in run: inout PassContext
    ) async throws {
        var cursor: Session.Cursor?
        var read: Page<Session.Key, Session.Cursor>?
        let (session, selection, change) = (session, selection, change)
        // Where not all rows may go, those go that a page has first.
        let readsAhead = session.readsAhead && operation.ranking == nil && dependents == nil && maxRows == nil
        repeat {
            try run.checkStop()
            let page: Page<Session.Key, Session.Cursor>
            if let read { page = read } else { page = try await self.page(after: cursor) }
            // While these rows are decided about and changed, the next ones come.
            async let ahead = readsAhead ? Self.page(of: selection, behind: page, for: change, in: session) : nil
            try await plan(page.rows, share, &course, in: run)
            cursor = course.isFull ? nil : page.next
            course.looked += page.rows.count
            if dependents != nil { try await makeWay(&course, in: &run) }
            // Where the next page comes meanwhile, nobody waits for more than that.
            let fewest = readsAhead ? min(run.pacer.batchSize, session.pageRows) : run.pacer.batchSize
            let mayWait = cursor == nil || dependents != nil ? 0 : fewest - 1
            while course.waiting.count > mayWait {
                try await changeNext(&course, in: &run)
                teller.tell(done: course.looked - course.waiting.count, at: run.clock.uptime())
            }
            try await changeLate(&course, in: &run)
            teller.tell(done: course.looked - course.waiting.count, at: run.clock.uptime())
            read = try await ahead
        } while cursor != nil
    }

    private func page(after cursor: Session.Cursor?) async throws -> Page<Session.Key, Session.Cursor> {
        try await session.page(selection, after: cursor, limit: session.pageRows)
    }

    /// - Returns: nil behind the last page.
    private static func page(
        of selection: Selection, behind page: Page<Session.Key, Session.Cursor>, for change: TableChange,
        in session: Session
    ) async throws -> Page<Session.Key, Session.Cursor>? {
        guard let next = page.next else { return nil }
        return try await session.page(selection, after: next, limit: session.pageRows, ahead: change)
    }

    /// Decides what becomes of a page's rows.
    private func plan(
        _ rows: [(key: Session.Key, row: SelectedRow)], _ share: KeptNewest.Share, _ course: inout Course,
        in run: PassContext
    ) async throws {
        let done = recorder.report.results[operation.name]?.rowsChanged ?? 0
        for (key, row) in rows {
            switch judge(row) {
            case .keep: break
            case .skip(let reason):
                if share.index == 0 { recorder.skip(operation.name, reason, id: row.id) }
            case .change(let change):
                if try await isKept(row, share, &course, in: run) { continue }
                if let most = maxRows, done + course.waiting.count >= most {
                    course.isFull = true
                    return
                }
                course.waiting.append(Planned(key, row, change))
            }
        }
    }

    /// Whether the row stays because it is among the newest; the table is only gone through for that once somebody has to know.
    func isKept(
        _ row: SelectedRow, _ share: KeptNewest.Share, _ course: inout Course, in run: PassContext
    ) async throws -> Bool {
        guard let ranking = operation.ranking else { return false }
        if course.keeper == nil { course.keeper = try await newest(ranking, share, in: run) }
        guard let keeper = course.keeper else { return true }
        return !keeper.share.holds(keeper.group(of: row)) || keeper.keeps(row)
    }

    private func newest(_ ranking: Ranking, _ share: KeptNewest.Share, in run: PassContext) async throws -> KeptNewest {
        // Every row counts, whomever the rule is for.
        var all = selection
        all.condition = .all([])
        all.lookups = []
        var keeper = KeptNewest(ranking.rule, by: ranking.time, at: now, share: share)
        var cursor: Session.Cursor?
        repeat {
            try run.checkStop()
            let page = try await session.page(all, after: cursor, limit: session.pageRows)
            cursor = page.next
            guard page.rows.allSatisfy({ keeper.take($0.row) }) else {
                // Nothing was deleted by the first part yet, and the others have as many.
                let share = KeptNewest.Share(index: share.index, count: share.count * 2)
                keeper = KeptNewest(ranking.rule, by: ranking.time, at: now, share: share)
                cursor = nil
                continue
            }
            if cursor == nil { return keeper }
        } while true
    }

    /// Changes the first of the rows that wait.
    func changeNext(_ course: inout Course, in run: inout PassContext) async throws {
        try run.checkStop()
        try await course.waiting.prepare(for: run.pacer, in: session, change: change, key: \.key)
        let (rows, sizes) = course.waiting.batch(at: run.pacer)
        let tried = try await change(rows, sizes: sizes, &course, in: &run)
        course.waiting.removeFirst(tried)
    }

    /// - Parameter sizes: what the rows have in bytes, where that is known.
    /// - Returns: how many rows of the batch were tried.
    func change(_ batch: [Planned], sizes: [Int] = [], _ course: inout Course, in run: inout PassContext) async throws
        -> Int
    {
        try run.checkStop()
        await run.makeRoom(session)
        let rows = batch.map { PlannedRow($0.key, $0.change.values) }
        let outcome = try await session.change(rows, by: change, within: run.pacer.hold)
        run.note(outcome, of: batch.count, sizes: sizes)
        if outcome.dependents > 0 { recorder.update(operation.name) { $0.dependents += outcome.dependents } }
        note(outcome.dearestRow, bytes: batch.count == 1 ? sizes.first : nil, in: run)
        var hopeless: StoreError?
        var done: [Planned] = []
        for (place, result) in outcome.rows.enumerated() {
            let planned = batch[place]
            switch result {
            case .done:
                done.append(planned)
                course.again.noteProgress()
            case .changed: noteChanged(planned.row, &course)
            case .gone: break
            case .awaiting: course.awaiting.append(planned)
            case .busy:
                if course.busy == nil { recorder.skip(operation.name, .busy, id: planned.row.id) }
                course.busy?.append(planned)
            case .spared:
                recorder.skip(operation.name, .referenced, id: planned.row.id)
                recorder.keep(planned.row.identity, from: operation.name)
            case .refused(let reason):
                noteRefused(planned, reason, &course)
            case .givenUp(let span):
                if let count = course.again.giveUp(planned, result.refusal ?? "") {
                    hopeless = await tooDear(count, each: span)
                }
            }
        }
        note(done: done, at: run.now)
        if let hopeless { throw hopeless }
        return outcome.rows.count
    }
}
