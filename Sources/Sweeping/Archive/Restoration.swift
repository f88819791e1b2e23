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
    /// Why not all of what the run kept can be read; nil where it can. What can be is put back all the same.
    package var damage: String?

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
    ///   - ended: is told of the end, before the lease is given back, and adds what became of the report itself.
    package func execute(
        _ claim: Claim, noteRestored: @escaping @Sendable ([ArchiveEntry]) async throws -> Void = { _ in },
        onProgress: @escaping @Sendable (RunProgress) -> Void = { _ in },
        ended: @Sendable (inout RestoreReport) async -> Void = { _ in }
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
            await ended(&report)
            return report
        }
        do {
            if request.hold != nil, !request.dryRun { try await noteRestored([]) }
            let options = SessionOptions(
                dryRun: request.dryRun, now: report.startedAt, timeZone: policy.timeZone,
                isStopping: { [control] in control.isCancelled })
            let session = try await store.openSession(options)
            let source = RestoreSource(archive: self.source, operations: request.operations, control: control)
            let way: any RestoreWay
            if request.dryRun {
                way = RehearsedRestore(source, by: session)
            } else {
                way = ActualRestore(
                    source, by: session, isHeldBack: request.hold != nil, noteRestored, onProgress: onProgress)
            }
            let result = await rounds(way, source, session, &report, onProgress)
            await session.close()
            try result.get()
            if let damage { throw StoreError(.other, damage) }
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
        await ended(&report)
        await lease.release()
        return report
    }

    /// Goes through the archive, the last transaction first, as often as something may come of it.
    private func rounds(
        _ way: some RestoreWay, _ source: RestoreSource, _ session: Store.Session, _ report: inout RestoreReport,
        _ onProgress: @escaping (RunProgress) -> Void
    ) async -> Result<Void, any Error> {
        var way = way
        var context = PassContext(
            now: report.startedAt, clock: clock, control: control, deadline: .seconds(Int64.max / 4),
            pacing: policy.pacing)
        var teller = ProgressTeller(
            Self.progressName, type(of: way).wording, 0...95, due: RowCount(source.archive.rows), begun: clock.uptime(),
            onProgress: onProgress)
        var looked = 0
        var strangers = Strangers()
        onProgress(teller.progress(done: 0, isEnd: false, at: clock.uptime()))
        do {
            try await strangers.look(in: source, by: session)
            for number in 0... {
                var round = RestoreRound()
                defer {
                    way.explain(&round)
                    report.take(round, isFirst: number == 0, beginsAnew: type(of: way).beginsAnew)
                }
                for unit in (0..<source.archive.unitCount).reversed() {
                    try await source.archive.forEachPiece(ofUnit: unit) { entries in
                        let wanted = entries.filter(source.isWanted)
                        looked += entries.count - wanted.count
                        try await putBack(wanted, by: session, &way, &context, &round, &strangers) { count in
                            guard number == 0 else { return }
                            looked += count
                            teller.tell(done: looked, at: clock.uptime())
                        }
                    }
                }
                guard try await way.end(&round, in: &context) else { break }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// - Parameter looked: is told of the rows that were looked at, batch by batch.
    private func putBack<Way: RestoreWay>(
        _ entries: [ArchiveEntry], by session: Store.Session, _ way: inout Way, _ context: inout PassContext,
        _ round: inout RestoreRound, _ strangers: inout Strangers, looked: (Int) -> Void
    ) async throws {
        var orphans: [ArchiveEntry] = []
        var rest = entries[...]
        while !rest.isEmpty {
            try context.checkStop()
            await context.makeRoom(session)
            let batch = Array(rest.prefix(min(context.pacer.batchSize, Way.mostRows)))
            let estranged = try await strangers.belonging(batch.map(\.row), by: session)
            let going = batch.indices.filter { !estranged.contains($0) }
            var answers: [PutBack] = []
            if !going.isEmpty {
                let outcome = try await session.putBack(going.map { batch[$0].row }, within: context.pacer.hold)
                context.note(outcome.batch, of: going.count)
                answers = outcome.results
            }
            // The time may have been over before the last ones.
            let end = answers.count < going.count ? going[answers.count] : batch.count
            var next = answers.makeIterator()
            answers = (0..<end).map { estranged.contains($0) ? .estranged : next.next() ?? .orphan }
            let results = try await way.judge(answers, of: batch, &round)
            for (entry, result) in zip(batch, results) {
                round.note(result, entry)
                if result == .orphan { orphans.append(entry) }
            }
            try await way.note(results, of: batch)
            looked(end)
            rest = rest.dropFirst(end)
        }
        try await way.note(orphans: orphans)
    }
}

extension RestoreReport {
    /// Takes in what came of a way through the archive.
    fileprivate mutating func take(_ round: RestoreRound, isFirst: Bool, beginsAnew: Bool) {
        restored = beginsAnew ? round.restored : restored.merging(round.restored, uniquingKeysWith: +)
        if isFirst { present = round.present }
        obstacles = round.count()
        failures = round.failures
    }
}
