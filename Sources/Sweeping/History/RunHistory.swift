/// jobsweep's own memory: past runs, totals that survive a restart, and small facts. It never fails a sweep: where it can't be
/// written, it says so in the log and remembers what it can until the process ends.
package protocol RunHistory: Sendable {
    /// Notes that a run has begun. The caller holds the database's lease, so older records that still say `running` belong
    /// to processes that are gone, and are closed.
    func begin(_ record: RunRecord) async

    /// Notes what a run has done so far: should its process end before it does, the totals get that when the next one begins.
    func note(_ report: RunReport) async

    /// Notes a run's end and takes it into the totals, both or neither.
    func finish(_ record: RunRecord, report: RunReport) async

    /// Notes a restore's end. It is none of the totals'.
    /// - Returns: whether that is written down.
    func finish(restore record: RunRecord) async -> Bool

    /// Counts runs that were due and didn't start.
    func noteSkipped(_ reason: SkippedRunReason, count: Int) async

    /// The totals, what other processes added included.
    func totals() async -> RunTotals

    /// Runs and restores, newest first.
    /// - Parameter phase: only runs in this phase; nil for all.
    func runs(phase: RunRecord.Phase?, limit: Int, offset: Int) async -> RunPage

    /// Runs and restores without their reports, newest first.
    func list(_ filter: RunFilter, limit: Int, offset: Int) async -> RunPage

    /// How the runs that started since ended, by day; dry runs and restores are left out. Oldest first.
    func days(since start: Timestamp) async -> [RunDay]

    func run(id: String) async -> RunRecord?

    /// When the schedule last started a run, whether or not it came to an end; nil when none is remembered.
    func lastScheduledStart() async -> Timestamp?

    /// What each operation changed in runs that started since, by operation; few that changed nothing say nothing.
    func usualRows(since start: Timestamp) async -> [OperationName: UsualRows]

    /// The JSON text that is remembered about this database under a name; nil where there is none.
    func fact(_ name: String) async -> String?

    /// The same about another database, whose sidecar has the same state directory.
    func fact(_ name: String, of database: String) async -> String?

    /// Keeps rows that were put back out of every run's reach until then.
    /// - Returns: whether that is remembered; of no rows, whether it would be.
    func holdBack(_ rows: [HeldBack.Row], until: Timestamp) async -> Bool

    /// The rows that are out of reach now.
    func heldBack() async -> HeldBack

    /// Remembers a JSON text about this database under a name, in place of what was there; nil forgets it.
    func remember(_ json: String?, as name: String) async
}
