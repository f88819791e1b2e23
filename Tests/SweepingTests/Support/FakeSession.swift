import Sweeping

/// A `MaintenanceSession` over a `FakeDatabase`: a key is a row's place, a cursor the place behind the last row.
struct FakeSession: MaintenanceSession {
    let database: FakeDatabase
    let clock: ManualClock
    let options: SessionOptions

    func check(_ operation: Operation) async throws {
        database.note("check \(operation.rawValue)")
        if let error = database.script.check[operation] { throw error }
    }

    func unfinishedCleanups() async throws -> [JobRecord] {
        database.jobs.filter { job in
            job.type.lowercased() == "cleanup" && JobStatus.reading(job.status)?.status.isActive == true
        }
    }

    func activeJobCount() async throws -> Int {
        database.script.beforeActiveCount()
        if let error = database.script.activeCount { throw error }
        return database.jobs.count { JobStatus.reading($0.status)?.status.isActive == true }
    }

    func activeJobs(after cursor: Int?, limit: Int) async throws -> Page<Int, JobRecord, Int> {
        try page(.staleJobs, \.jobs, after: cursor, limit: limit) { job, _ in job }
    }

    func finishedJobs(before cutoff: Timestamp, after cursor: Int?, limit: Int) async throws
        -> Page<Int, JobRecord, Int>
    {
        database.note("cutoff of old_jobs \(cutoff.rfc3339)")
        return try page(.oldJobs, \.jobs, after: cursor, limit: limit) { job, _ in job }
    }

    func downloads(before cutoff: Timestamp, after cursor: Int?, limit: Int) async throws
        -> Page<Int, DownloadRecord, Int>
    {
        database.note("cutoff of old_downloads \(cutoff.rfc3339)")
        return try page(.oldDownloads, \.downloads, after: cursor, limit: limit) { download, state in
            let owner = state.script.cascades ? download.jobID.flatMap { state.job($0) } : nil
            return DownloadRecord(id: download.id, timestamp: download.timestamp, owner: owner)
        }
    }

    func pendingPlans(after cursor: Int?, limit: Int) async throws -> Page<Int, PlanRecord, Int> {
        try page(.stuckPlans, \.plans, after: cursor, limit: limit) { plan, state in
            guard plan.isPending else { return nil }
            let link: PlanRecord.Link =
                plan.jobID.map { id in state.job(id).map { .found($0) } ?? .missing } ?? .none
            return PlanRecord(id: plan.id, job: link, goesWithItsJob: state.script.cascades)
        }
    }

    private func page<Stored: Sendable, Record: Sendable>(
        _ operation: Operation, _ rows: KeyPath<FakeDatabase.State, [Stored?]>, after cursor: Int?, limit: Int,
        record: (Stored, FakeDatabase.State) -> Record?
    ) throws -> Page<Int, Record, Int> {
        let number = database.state.withLock { state in
            state.pages += 1
            return state.pages
        }
        database.script.beforePage(number)
        return try database.state.withLock { state in
            state.pagesOf[operation, default: 0] += 1
            state.largestPage = max(state.largestPage, limit)
            state.log.append("page of \(operation.rawValue)")
            if let error = state.script.page[operation]?[state.pagesOf[operation] ?? 0] { throw error }
            let all = state[keyPath: rows]
            let start = cursor ?? 0
            let end = min(start + limit, all.count)
            let found = (start..<end).compactMap { place in
                all[place].flatMap { record($0, state) }.map { (key: place, record: $0) }
            }
            return Page(rows: found, next: end < all.count ? end : nil)
        }
    }

    func settle(_ jobs: [(key: Int, change: Settlement)], at now: Timestamp, within hold: Duration) async throws
        -> BatchOutcome
    {
        try change(.staleJobs, jobs.map(\.key), within: hold, id: { $0.jobs[$1]?.id }) { state, place in
            guard let change = jobs.first(where: { $0.key == place })?.change, var job = state.jobs[place] else {
                return
            }
            job.status = change.status
            job.completedAt = .at(now)
            job.updatedAt = .at(now)
            state.jobs[place] = job
            state.errors[job.id] = change.error
        }
    }

    func deleteJobs(_ keys: [Int], within hold: Duration) async throws -> BatchOutcome {
        try change(.oldJobs, keys, within: hold, id: { $0.jobs[$1]?.id }) { state, place in
            guard let id = state.jobs[place]?.id else { return }
            state.jobs[place] = nil
            guard state.script.cascades else { return }
            state.downloads = state.downloads.map { $0?.jobID == id ? nil : $0 }
            state.plans = state.plans.map { $0?.jobID == id ? nil : $0 }
        }
    }

    func deleteDownloads(_ keys: [Int], within hold: Duration) async throws -> BatchOutcome {
        try change(.oldDownloads, keys, within: hold, id: { $0.downloads[$1]?.id }) { $0.downloads[$1] = nil }
    }

    func resetPlans(_ keys: [Int], at now: Timestamp, within hold: Duration) async throws -> BatchOutcome {
        try change(.stuckPlans, keys, within: hold, id: { $0.plans[$1]?.id }) { $0.plans[$1]?.isPending = false }
    }

    private func change(
        _ operation: Operation, _ keys: [Int], within hold: Duration, id: (FakeDatabase.State, Int) -> String?,
        apply: (inout FakeDatabase.State, Int) -> Void
    ) throws -> BatchOutcome {
        let number = database.state.withLock { state in
            state.batches += 1
            return state.batches
        }
        database.script.beforeBatch(number)
        let script = database.script
        let takesLock = !options.dryRun || script.rehearses
        let fitting = takesLock ? (1...max(1, keys.count)).first { script.cost($0) >= hold } : nil
        let rows: [BatchOutcome.Row] = try database.state.withLock { state in
            state.batchesOf[operation, default: 0] += 1
            state.log.append("\(options.dryRun ? "try" : "change") \(keys.count) of \(operation.rawValue)")
            if let error = script.batch[operation]?[state.batchesOf[operation] ?? 0] { throw error }
            return keys.prefix(min(fitting ?? keys.count, script.tried)).map { key in
                guard let id = id(state, key) else { return .changed }
                if script.changed.contains(id) { return .changed }
                if let reason = script.refused[id] { return .refused(reason) }
                if !options.dryRun { apply(&state, key) }
                return .done
            }
        }
        if !takesLock { return BatchOutcome(rows: rows) }
        return outcome(rows, script)
    }

    /// Lets the time pass that so many rows take.
    private func outcome(_ rows: [BatchOutcome.Row], _ script: FakeDatabase.Script) -> BatchOutcome {
        let work = script.cost(rows.count)
        let held = work + script.fixedHold
        clock.advance(by: held)
        return BatchOutcome(
            rows: rows, locksHeld: [held], work: work, fixedHold: script.fixedHold, price: script.fixedHold,
            rest: max(held, script.rest), logBytes: script.logBytes)
    }

    func relieveLog() async throws -> Int64 {
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

    func close() async {
        database.state.withLock { $0.openSessions -= 1 }
    }
}

extension FakeDatabase.State {
    func job(_ id: String) -> JobRecord? {
        place[id].flatMap { jobs[$0] }
    }
}
