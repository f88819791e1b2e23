/// What the operations of one run share: its time, its pace, and who may end it.
struct PassContext {
    let now: Timestamp
    let clock: any SweepClock
    let control: RunControl
    /// The uptime at which the run's time is over.
    let deadline: Duration
    let walLimit: Int64
    private(set) var lockHeld = HistogramTotals(bounds: RunTotals.lockBounds)
    var pacer: Pacer
    private var logBytes: Int64 = 0
    /// How long the log was when its content was last moved into the database. Its file keeps that length while it is filled from
    /// its beginning again, so only growth beyond it calls for more.
    private var relievedBytes: Int64 = 0
    /// Whether the last batch held the write lock; a dry run that has to try takes it too.
    private var heldLock = false

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
        guard heldLock else { return }
        await clock.sleep(for: pacer.pause)
        guard logBytes > max(walLimit, relievedBytes) else { return }
        // A reader that holds the log back isn't fought: after these attempts the run goes on, and tries again next time.
        for attempt in 1...5 {
            guard let left = try? await session.relieveLog() else { return }
            if left <= walLimit / 2 {
                relievedBytes = logBytes
                return
            }
            if control.isCancelled || clock.uptime() >= deadline { return }
            await clock.sleep(for: pacer.pause * attempt)
        }
    }

    mutating func note(_ outcome: BatchOutcome) {
        logBytes = outcome.logBytes
        heldLock = !outcome.locksHeld.isEmpty
        for held in outcome.locksHeld { lockHeld.observe(held.inSeconds) }
        if let longest = outcome.locksHeld.max() {
            pacer.note(rows: outcome.rows.count, held: longest, waited: outcome.waited)
        }
    }
}
