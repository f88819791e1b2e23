/// Puts back what a run deleted or changed: the last of its transactions first, each with the pace of a run.
///
/// A row whose parent isn't there yet waits for another round; rounds end when nothing more comes of them. What is as it was is left
/// alone, so a restore that was killed is simply done again.
package struct Restoration<Store: MaintenanceStore>: Sendable {
    package let store: Store
    package var source: any ArchiveSource
    package let request: RestoreRequest
    package let policy: SweepPolicy
    package let clock: any SweepClock
    package let processID: Int32
    package let control: RunControl
    /// What the run took and couldn't keep, for the report.
    package var notKept: String?

    package init(
        of source: any ArchiveSource, in store: Store, _ request: RestoreRequest, policy: SweepPolicy,
        clock: any SweepClock, processID: Int32, control: RunControl = RunControl()
    ) {
        self.store = store
        self.source = source
        self.request = request
        self.policy = policy
        self.clock = clock
        self.processID = processID
        self.control = control
    }

    /// What the rows of a restore are told under.
    private static var progressName: String { "restore" }

    /// The right to begin, or why the database can't be used.
    package typealias Claim = Result<any RunLease, StoreError>

    /// Takes the database's lease.
    /// - Throws: `RunRefusal` while a run is under way.
    package func claim() async throws(RunRefusal) -> Claim {
        let holder = RunHolder(
            runID: request.id, processID: processID, trigger: request.trigger,
            startedAt: clock.now(), dryRun: request.dryRun)
        do {
            return .success(try await store.acquireLease(for: holder))
        } catch let refusal as RunRefusal {
            throw refusal
        } catch {
            return .failure(error as? StoreError ?? StoreError(.other, "\(error)"))
        }
    }

    /// Does it, and gives the lease back. Whatever happens there is a report.
    /// - Parameters:
    ///   - noteRestored: is told of the rows that were put back, batch by batch, where they are to be held back; at first of none, so that
    ///     it can say that it couldn't.
    ///   - onProgress: is told how far it is.
    ///   - ended: is told of the end, before the lease is given back.
    package func execute(
        _ claim: Claim, noteRestored: @escaping @Sendable ([ArchiveEntry]) async throws -> Void = { _ in },
        onProgress: @escaping @Sendable (RunProgress) -> Void = { _ in },
        ended: @Sendable (RestoreReport) async -> Void = { _ in }
    ) async -> RestoreReport {
        let begun = clock.uptime()
        var report = RestoreReport(request, at: clock.now())
        report.notKept = notKept
        if let hold = request.hold { report.heldUntil = report.startedAt + hold }
        let lease: any RunLease
        switch claim {
        case .success(let given): lease = given
        case .failure(let error):
            report.error = error.message
            await ended(report)
            return report
        }
        do {
            if request.hold != nil, !request.dryRun { try await noteRestored([]) }
            let options = SessionOptions(
                dryRun: request.dryRun, now: report.startedAt, timeZone: policy.timeZone,
                isStopping: { [control] in control.isCancelled })
            let session = try await store.openSession(options)
            let result = await rounds(session, &report, noteRestored, onProgress)
            await session.close()
            try result.get()
            report.status = report.obstacles.isEmpty ? .completed : .completedWithErrors
        } catch StopReason.cancelled {
            report.status = .cancelled
        } catch let error as StoreError where error.code == .busy && control.isCancelled {
            // It waited for somebody else's lock when it was ended.
            report.status = .cancelled
        } catch {
            report.error = "\(error)"
        }
        // One that is switched off, or isn't there any more, takes nothing.
        let enabled = Set(policy.enabledOperations.map(\.rawValue))
        for (operation, count) in report.restored where count > 0 && enabled.contains(operation) {
            report.takenAgain[operation] = report.heldUntil ?? report.startedAt
        }
        report.finishedAt = clock.now()
        report.duration = clock.uptime() - begun
        await ended(report)
        await lease.release()
        return report
    }

    private func rounds(
        _ session: Store.Session, _ report: inout RestoreReport,
        _ noteRestored: ([ArchiveEntry]) async throws -> Void, _ onProgress: @escaping (RunProgress) -> Void
    ) async -> Result<Void, any Error> {
        var context = PassContext(
            now: report.startedAt, clock: clock, control: control, deadline: .seconds(Int64.max / 4),
            pacing: policy.pacing)
        var circles = ReturnCircles { [control] entry in
            if control.isCancelled { throw StopReason.cancelled }
            return isWanted(entry)
        }
        var rehearsed = RehearsedParents()
        // Why rows that wait for each other don't come back together.
        var reasons: [ArchivedRow.Identity: PutBack] = [:]
        var teller = ProgressTeller(
            Self.progressName, request.dryRun ? "Looking at each row" : "Putting back rows", 0...95,
            due: RowCount(source.rows), begun: clock.uptime(), onProgress: onProgress)
        var looked = 0
        onProgress(teller.progress(done: 0, isEnd: false, at: clock.uptime()))
        do {
            for number in 0... {
                var round = RestoreRound()
                defer {
                    round.explain(reasons)
                    take(round, isFirst: number == 0, into: &report)
                }
                for unit in (0..<source.unitCount).reversed() {
                    try await source.forEachPiece(ofUnit: unit) { entries in
                        let wanted = entries.filter(isWanted)
                        looked += entries.count - wanted.count
                        let orphans = try await putBack(
                            wanted, by: session, &context, &round, &rehearsed, noteRestored
                        ) { count in
                            guard number == 0 else { return }
                            looked += count
                            teller.tell(done: looked, at: clock.uptime())
                        }
                        // At first, most rows only wait for others that come in by themselves.
                        if number > 0, !request.dryRun { try await circles.offer(orphans, by: session) }
                    }
                }
                if request.dryRun, round.hasRowsAway {
                    for unit in 0..<source.unitCount {
                        try await source.forEachPiece(ofUnit: unit) { entries in
                            for entry in entries where isWanted(entry) { round.rehearseReturn(of: entry) }
                        }
                    }
                }
                if request.dryRun {
                    let needsAnother = try await rehearsed.needAnother(in: source) { [control, round] entry in
                        if control.isCancelled { throw StopReason.cancelled }
                        return isWanted(entry) && !round.isHindered(entry)
                    }
                    if needsAnother { continue } else { break }
                }
                guard round.hasOrphans else { break }
                onProgress(RunProgress(percent: 95, message: "Putting back rows that others had to come before"))
                let hadSeeds = circles.hasSeeds
                let groups = try await circles.groups(in: source, by: session)
                try await putBack(groups, by: session, &context, &round, &reasons, noteRestored)
                guard number == 0 || hadSeeds || !round.restored.isEmpty else { break }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// So many rows are looked at together in a dry run.
    private static var mostLooked: Int { 500 }

    private func isWanted(_ entry: ArchiveEntry) -> Bool {
        request.operations.map { $0.contains { $0.rawValue.isSame(as: entry.operation) } } ?? true
    }

    private func take(_ round: RestoreRound, isFirst: Bool, into report: inout RestoreReport) {
        // Each way of a dry run tells of all.
        if request.dryRun { report.restored = [:] }
        report.restored.merge(round.restored, uniquingKeysWith: +)
        if isFirst { report.present = round.present }
        report.obstacles = round.count()
        report.failures = round.failures
    }

    /// - Parameter looked: is told of the rows that were looked at, batch by batch.
    /// - Returns: those of the rows that wait for others.
    private func putBack(
        _ entries: [ArchiveEntry], by session: Store.Session, _ context: inout PassContext, _ round: inout RestoreRound,
        _ rehearsed: inout RehearsedParents, _ noteRestored: ([ArchiveEntry]) async throws -> Void,
        looked: (Int) -> Void
    ) async throws -> [ArchiveEntry] {
        var orphans: [ArchiveEntry] = []
        var rest = entries[...]
        while !rest.isEmpty {
            try context.checkStop()
            await context.makeRoom(session)
            // A look takes so little time that only memory bounds it.
            let most = request.dryRun ? min(context.pacer.batchSize, Self.mostLooked) : context.pacer.batchSize
            let batch = rest.prefix(most)
            let outcome = try await session.putBack(batch.map(\.row), within: context.pacer.hold)
            context.note(outcome.batch, of: batch.count)
            var results = outcome.results
            if request.dryRun {
                results = zip(batch, results).map { round.rehearse($1, $0) }
                results = try await rehearsed.judge(Array(batch), results, by: session)
            }
            for (entry, result) in zip(batch, results) {
                round.note(result, entry)
                if result == .orphan { orphans.append(entry) }
            }
            try await note(zip(batch, results), session, noteRestored)
            looked(outcome.results.count)
            rest = rest.dropFirst(outcome.results.count)
        }
        return orphans
    }

    /// Puts groups of rows back that wait for each other.
    private func putBack(
        _ groups: [[ArchiveEntry]], by session: Store.Session, _ context: inout PassContext,
        _ round: inout RestoreRound, _ reasons: inout [ArchivedRow.Identity: PutBack],
        _ noteRestored: ([ArchiveEntry]) async throws -> Void
    ) async throws {
        var rest = groups[...]
        while !rest.isEmpty {
            try context.checkStop()
            await context.makeRoom(session)
            var rows = 0
            let batch = rest.prefix { group in
                defer { rows += group.count }
                return rows < context.pacer.batchSize
            }
            let entries = Array(batch.joined())
            let outcome = try await session.putBack(
                groups: batch.map { $0.map(\.row) }, within: context.pacer.hold)
            context.note(outcome.batch, of: entries.count)
            // What couldn't be put back has been told of, but for the reason.
            for (entry, result) in zip(entries, outcome.results) {
                if result.obstacle == nil {
                    round.note(result, entry)
                } else if result != .orphan {
                    reasons[entry.row.identity] = result
                }
            }
            try await note(zip(entries, outcome.results), session, noteRestored)
            var done = outcome.results.count
            while done > 0, let group = rest.popFirst() { done -= group.count }
        }
    }

    private func note(
        _ results: some Sequence<(ArchiveEntry, PutBack)>, _ session: Store.Session,
        _ noteRestored: ([ArchiveEntry]) async throws -> Void
    ) async throws {
        var restored = results.filter { $0.1 == .done }.map(\.0)
        guard request.hold != nil, !restored.isEmpty, !request.dryRun else { return }
        // Runs will know them by what they read.
        for (place, row) in try await session.asRead(restored.map(\.row)).enumerated() { restored[place].row = row }
        try await noteRestored(restored)
    }
}
