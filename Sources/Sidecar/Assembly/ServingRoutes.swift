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
    /// When this process began to serve.
    private let started: Timestamp

    init(
        parts: SidecarParts, configuration: LiveConfiguration, schedule: ScheduleLoop, events: EventStreams,
        gate: AccessGate
    ) {
        self.parts = parts
        self.configuration = configuration
        self.schedule = schedule
        self.events = events
        self.gate = gate
        started = parts.clock.now()
    }

    func router() -> Router {
        let counter = RequestCounter()
        let runs = RunRoutes(
            coordinator: parts.coordinator, history: parts.history, live: parts.live, events: events,
            restores: parts.restoreRuns)
        let archives = ArchiveRoutes(
            coordinator: parts.coordinator, job: parts.restores, archives: parts.archives, restores: parts.restoreRuns)
        let base = (gate.rules.external?.prefix ?? parts.configuration.web.routePrefix).path
        let pages = PageRoutes(
            view: statusView, history: parts.history, live: parts.live, job: parts.restores, archives: parts.archives,
            restores: parts.restoreRuns, base: base)
        let forms = PageForms(
            coordinator: parts.coordinator, history: parts.history, live: parts.live, brakes: parts.brakes,
            job: parts.restores, restores: parts.restoreRuns, clock: parts.clock, databaseName: parts.store.name,
            base: base)
        return SidecarRouter(
            runs: runs,
            archives: archives,
            approvals: ApprovalRoutes(coordinator: parts.coordinator, brakes: parts.brakes),
            pages: pages, forms: forms,
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
        var view = StatusView(
            now: parts.clock.now(), databaseName: parts.store.name, database: parts.watch.current,
            totals: parts.live.snapshot.totals, schedule: schedule.policy.schedule.description,
            nextRun: schedule.nextDue, current: parts.live.current,
            recent: recent.runs, held: held, operations: policy.catalogue,
            enabled: enabled)
        view.approved = await parts.brakes.approved()
        view.archive = archiveFacts
        view.process = StatusView.ProcessIdentity(
            host: OwnNames.machineName, upSince: started, configurationFile: configuration.current.file,
            configurationLoaded: configuration.loaded)
        view.concerns = situation(view).concerns
        return view
    }

    private var archiveFacts: StatusView.ArchiveFacts {
        var facts = StatusView.ArchiveFacts()
        facts.isKept = parts.archives.isEnabled
        facts.keep = parts.archives.keep
        facts.current = parts.archives.current
        return facts
    }

    private func situation(_ view: StatusView) -> Situation {
        var situation = Situation(now: view.now)
        situation.database = view.database
        situation.databaseDownSince = parts.watch.downSince
        situation.lastRun = view.lastRun
        situation.lastSuccess = view.totals.lastRun.success
        situation.interval = schedule.policy.interval
        situation.upSince = started
        situation.held = view.operations.compactMap { view.held[$0.name.rawValue] }
        situation.clockDoubt = parts.clockGuard.current
        situation.healthProblem = parts.health.problem
        situation.certificates = gate.web.current.chain
        situation.refusal = configuration.refusal
        situation.archiveRoom = view.archive.isKept ? StoreFactory.room(in: configuration.current.state) : nil
        return situation
    }
}
