/// One operation's way through its rows: read a page, decide, change in batches, make room for the application, go on.
struct OperationPass<Session: MaintenanceSession> {
    /// A row that is to be changed. It waits, is batched and told of: in one piece, it isn't copied each time.
    final class Planned: Sendable {
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
    /// The same for pages that come while others are changed; nil in a dry run, whose foresight belongs to one task.
    private let judgeAhead: Judge?
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
        selection = foresight?.selection ?? operation.selection(at: now)
        let plain = heldBack.judging(operation.verdicts(at: now), of: selection.table, at: now)
        judge = foresight?.judging(plain, recorder: recorder) ?? plain
        judgeAhead = foresight == nil ? plain : nil
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
        var read: LookedPage?
        let (session, selection, change) = (session, selection, change)
        // Where not all rows may go, those go that a page has first.
        let ranks = operation.ranking != nil
        let judgeAhead = session.readsAhead && !ranks && dependents == nil && maxRows == nil ? judgeAhead : nil
        let readsAhead = judgeAhead != nil
        repeat {
            try run.checkStop()
            let page: LookedPage
            if let read { page = read } else { page = LookedPage(try await self.page(after: cursor), judge) }
            // While these rows are changed, the next ones come and are decided about.
            async let ahead = Self.page(of: selection, behind: page.next, for: change, judge: judgeAhead, in: session)
            try await plan(page.rows, ranks, share, &course, in: run)
            cursor = course.isFull ? nil : page.next
            course.looked += page.count
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

    /// - Parameter judge: nil where no page is read ahead.
    /// - Returns: nil behind the last page.
    private static func page(
        of selection: Selection, behind cursor: Session.Cursor?, for change: TableChange, judge: Judge?,
        in session: Session
    ) async throws -> LookedPage? {
        guard let judge, let cursor else { return nil }
        return LookedPage(
            try await session.page(selection, after: cursor, limit: session.pageRows, ahead: change), judge)
    }

    /// Puts a page's rows where they belong.
    /// - Parameter ranks: whether rows stay for being among the newest.
    private func plan(
        _ rows: [LookedPage.Row], _ ranks: Bool, _ share: KeptNewest.Share, _ course: inout Course, in run: PassContext
    ) async throws {
        let done = recorder.report.results[operation.name]?.rowsChanged ?? 0
        for row in rows {
            switch row {
            case .skipped(let reason, let row):
                if share.index == 0 { recorder.skip(operation.name, reason, id: row.id) }
            case .planned(let planned):
                if ranks, try await isKept(planned.row, share, &course, in: run) { continue }
                if let most = maxRows, done + course.waiting.count >= most {
                    course.isFull = true
                    return
                }
                course.waiting.append(planned)
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
        done.reserveCapacity(batch.count)
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
        await recorder.tell(of: outcome)
        if let hopeless { throw hopeless }
        return outcome.rows.count
    }
}
