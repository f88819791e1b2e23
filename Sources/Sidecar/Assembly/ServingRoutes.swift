import HTTPServer
import SQLiteStore
import Scheduling
import Sweeping

/// Ties the HTTP routes to the parts that answer them.
struct ServingRoutes: Sendable {
    let parts: SidecarParts
    let configuration: LiveConfiguration
    let schedule: ScheduleLoop
    let events: EventStreams
    let gate: AccessGate

    /// How many runs the status page shows.
    private static let shownRuns = 30

    func router() -> Router {
        let counter = RequestCounter()
        let runs = RunRoutes(
            coordinator: parts.coordinator, history: parts.history, live: parts.live, events: events,
            restores: parts.restoreRuns)
        let archives = ArchiveRoutes(
            coordinator: parts.coordinator, job: parts.restores, archives: parts.archives, restores: parts.restoreRuns)
        return SidecarRouter(
            runs: runs,
            archives: archives,
            approvals: ApprovalRoutes(coordinator: parts.coordinator, brakes: parts.brakes),
            metrics: MetricsRoute(source: metrics(counter)), watch: parts.watch, health: parts.health,
            status: statusView, operations: { [configuration] in configuration.catalogue },
            reload: configuration.reload, counter: counter, gate: gate,
            prefix: parts.configuration.web.routePrefix
        ).router()
    }

    private func metrics(_ counter: RequestCounter) -> MetricsSource {
        let build = MetricsSnapshot.BuildFacts(sqlite: StoreVersions.sqlite, microhttpd: HTTPServer.libraryVersion)
        return MetricsSource(clock: parts.clock) { [parts, schedule, configuration, access = gate.web] in
            var snapshot = MetricsSnapshot(process: ProcessFacts.read(), build: build)
            configuration.show(in: &snapshot)
            (snapshot.current, snapshot.totals) = parts.live.snapshot
            snapshot.database = parts.watch.current
            // To the second: reckoning with two clocks moves the microseconds from scrape to scrape.
            snapshot.nextRun = schedule.nextDue.unixSeconds.rounded()
            snapshot.logLinesDropped = LineQueue.standardError.dropped
            snapshot.certificateExpiry = access.current.chain.map { Double($0.expiry) }
            snapshot.archives = parts.archives.current
            snapshot.isClockSuspect = parts.clockGuard.current != nil
            snapshot.requests = counter.snapshot()
            return snapshot
        }
    }

    @Sendable private func statusView() async -> StatusView {
        let policy = configuration.current.sweep
        let recent = await parts.history.runs(phase: nil, limit: ServingRoutes.shownRuns, offset: 0)
        let enabled = policy.enabledOperations
        // Whoever switched an operation off has decided.
        let held = await parts.brakes.held().filter { enabled.contains($0.value.operation) }
        return StatusView(
            now: parts.clock.now(), databaseName: parts.store.name, database: parts.watch.current,
            totals: parts.live.snapshot.totals, schedule: schedule.policy.schedule.description,
            nextRun: schedule.nextDue, current: parts.live.current,
            recent: recent.runs, held: held, operations: policy.catalogue,
            enabled: enabled)
    }
}
