/// What the operations of one run share: its time, its pace, and who may end it.
struct PassContext {
    /// How often to look whether others have written.
    private static var look: Duration { .milliseconds(1) }

    let now: Timestamp
    let clock: any SweepClock
    let control: RunControl
    /// The uptime at which the run's time is over.
    let deadline: Duration
    let walLimit: Int64
    private(set) var lockHeld = HistogramTotals(bounds: RunTotals.lockBounds)
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
        pacer = Pacer(policy: pacing)
    }

    /// - Throws: `StopReason` when the run is to end here.
    func checkStop() throws {
        if control.isCancelled { throw StopReason.cancelled }
        if clock.uptime() >= deadline { throw StopReason.timeLimit }
    }

    /// Leaves the database alone for a moment, and keeps the write-ahead log small.
    mutating func makeRoom(_ session: some MaintenanceSession) async {
        guard let released else { return }
        // What was read and decided meanwhile left the lock alone too.
        let rest = released + pacer.pause - clock.uptime()
        if rest > .zero { await clock.sleep(for: rest) }
        await letOthersWrite(session, since: released)
        guard logBytes > walLimit else { return }
        // A reader that holds the log back isn't fought: after these attempts the run goes on, and tries again next time.
        for attempt in 1...5 {
            guard let left = try? await session.relieveLog() else { return }
            if left <= walLimit / 2 || control.isCancelled || clock.uptime() >= deadline {
                return
            }
            await clock.sleep(for: pacer.pause * attempt)
        }
    }

    private mutating func letOthersWrite(_ session: some MaintenanceSession, since released: Duration) async {
        var wrote = await session.othersHaveWritten()
        while !wrote, clock.uptime() < released + pacer.patience, !control.isCancelled {
            await clock.sleep(for: Self.look)
            wrote = await session.othersHaveWritten()
        }
        pacer.note(othersWrote: wrote)
    }

    mutating func note(_ outcome: BatchOutcome) {
        logBytes = outcome.logBytes
        released = outcome.locksHeld.isEmpty ? nil : clock.uptime()
        for held in outcome.locksHeld { lockHeld.observe(held.inSeconds) }
        if let longest = outcome.locksHeld.max() {
            pacer.note(
                rows: outcome.rows.count, held: longest, fixed: outcome.fixedHold, price: outcome.price,
                waited: outcome.waited)
        }
    }
}
