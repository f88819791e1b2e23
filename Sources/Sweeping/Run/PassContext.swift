/// What the operations of one run share: its time, its pace, and who may end it.
struct PassContext {
    /// How often a pause looks whether the run is to end.
    private static var longestSleep: Duration { .milliseconds(200) }

    let now: Timestamp
    let clock: any SweepClock
    let control: RunControl
    /// The uptime at which the run's time is over.
    let deadline: Duration
    let walLimit: Int64
    /// From this on a single row's time with the lock is worth telling.
    let dear: Duration
    private(set) var lockHeld = HistogramTotals(bounds: RunTotals.lockBounds)
    /// For how long the run has waited for others' sake, why, and what it couldn't see.
    private(set) var waits = Waits()
    var pacer: Pacer
    private var logBytes: Int64 = 0
    /// When the last batch let go of the write lock, which a dry run that has to try takes too; nil where it didn't have it.
    private var released: Duration?

    init(
        now: Timestamp, clock: any SweepClock, control: RunControl, deadline: Duration, pacing: PacingPolicy
    ) {
        self.now = now
        self.clock = clock
        self.control = control
        self.deadline = deadline
        walLimit = Int64(pacing.walLimit)
        dear = pacing.lockTarget * DearRow.measure
        pacer = Pacer(policy: pacing)
    }

    /// - Throws: `StopReason` when the run is to end here.
    func checkStop() throws {
        if control.isCancelled { throw StopReason.cancelled }
        if clock.uptime() >= deadline { throw StopReason.timeLimit }
    }

    private var isOver: Bool { control.isCancelled || clock.uptime() >= deadline }

    /// Keeps the write-ahead log small, and leaves the database alone for a moment.
    mutating func makeRoom(_ session: some MaintenanceSession) async {
        guard released != nil else { return }
        if logBytes > walLimit {
            await relieveLog(session)
            // Writers may have been kept out for a moment once more.
            released = clock.uptime()
        }
        // What was read and decided meanwhile left the lock alone too.
        if let released { await sleep(until: released + pacer.pause, for: .application) }
        await waitOut(session)
    }

    /// Has the next batch follow at once.
    mutating func goOn() { released = nil }

    /// How often it is looked whether others are through with what they do.
    private static var pressureStep: Duration { .milliseconds(500) }
    /// What only costs space is waited for no longer than this in a run.
    private static var longestForSpace: Duration { .seconds(30) }

    /// Waits while others have trouble enough without more changes.
    private mutating func waitOut(_ session: some MaintenanceSession) async {
        // Who can't be asked isn't waited for; what is wrong shows with the next batch.
        while !isOver, let pressure = await look(session), let reason = reason(pressure) {
            await sleep(until: clock.uptime() + Self.pressureStep, for: reason)
        }
    }

    /// Asks whether others have trouble, and notes what can't be told.
    /// - Returns: nil where nobody could be asked.
    @discardableResult
    mutating func look(_ session: some MaintenanceSession) async -> [Pressure]? {
        guard let pressure = try? await session.pressure() else { return nil }
        for unseen in pressure where unseen.isUnknown { waits.unknown[unseen.reason] = unseen.message }
        return pressure
    }

    /// What is worth waiting for; nil for nothing.
    private mutating func reason(_ pressure: [Pressure]) -> PauseReason? {
        let found = pressure.first {
            !$0.isUnknown && (!$0.reason.isForSpace || waits.spans[$0.reason] ?? .zero < Self.longestForSpace)
        }
        guard let found else { return nil }
        if waits.causes[found.reason] == nil { waits.causes[found.reason] = found.message }
        return found.reason
    }

    private mutating func relieveLog(_ session: some MaintenanceSession) async {
        let begun = clock.uptime()
        defer { waits.spans[.checkpoint, default: .zero] += clock.uptime() - begun }
        // A reader that holds the log back isn't fought: after these attempts the run goes on, and tries again next time.
        for attempt in 1...5 {
            let left: Int64?
            do { left = try await session.relieveLog() } catch { return }
            if left.map({ $0 <= walLimit / 2 }) == true || isOver { return }
            await clock.sleep(for: min(pacer.pause, Self.longestSleep) * attempt)
        }
    }

    private mutating func sleep(until end: Duration, for reason: PauseReason) async {
        let begun = clock.uptime()
        while case let rest = end - clock.uptime(), rest > .zero, !isOver {
            await clock.sleep(for: min(rest, Self.longestSleep))
        }
        let slept = clock.uptime() - begun
        if slept > .zero { waits.spans[reason, default: .zero] += slept }
    }

    /// Takes in what a batch of so many rows did.
    /// - Parameter sizes: what they have in bytes, where that is known.
    mutating func note(_ outcome: BatchOutcome, of asked: Int, sizes: [Int] = []) {
        logBytes = outcome.logBytes
        released = outcome.locksHeld.isEmpty ? nil : clock.uptime()
        for held in outcome.locksHeld { lockHeld.observe(held.inSeconds) }
        pacer.note(outcome, of: asked, bytes: sizes.prefix(outcome.rows.count).reduce(0, +))
    }
}
