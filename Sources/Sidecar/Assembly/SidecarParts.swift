import Logging
import Sweeping

/// The parts that every command needs, wired together.
package struct SidecarParts: Sendable {
    package let configuration: Configuration
    package let store: any MaintenanceStore
    package let history: any RunHistory
    package let clock: any SweepClock
    package let logger: Logger
    package let logLevel: LogLevelBox
    package let live: LiveRun
    package let totals: TotalsWatch
    package let watch: DatabaseWatch
    package let coordinator: RunCoordinator
    package let space: SpaceWork
    package let archives: RunArchives
    package let restores: RestoreJob
    package let restoreRuns: RestoreRuns
    package let health: Health
    package let clockGuard: ClockGuard
    package let brakes: BrakeMemory

    /// - Parameter logLevel: the least severe level to log; it may be changed later.
    /// - Throws: `StoreError` when the state directory can't be used.
    package init(
        _ configuration: Configuration, database: DatabaseLocation, logLevel: LogLevelBox,
        clock: any SweepClock = SystemClock()
    ) throws(StoreError) {
        let format = configuration.log.format
        let logger = Logger(label: "jobsweep") { _ in StderrLogHandler(format: format, level: logLevel) }
        let store = StoreFactory.store(database, limits: configuration.pressure) {
            logger.info("the database has something to say", metadata: ["notice": "\($0)"])
        }
        let history = try StoreFactory.history(
            directory: configuration.state, database: store.name, clock: clock
        ) { logger.warning("\($0)") }
        let watch = DatabaseWatch(store: store, clock: clock, logger: logger)
        let live = LiveRun()
        let totals = TotalsWatch(history: history, live: live, clock: clock)
        space = StoreFactory.space(database, store: store, policy: configuration.sweep, clock: clock)
        let health = Health(timeLimit: configuration.sweep.timeLimit)
        self.health = health
        let clockGuard = ClockGuard(history: history, clock: clock)
        self.clockGuard = clockGuard
        brakes = BrakeMemory(history: history, clock: clock)
        self.configuration = configuration
        self.store = store
        self.history = history
        self.clock = clock
        self.logger = logger
        self.logLevel = logLevel
        self.live = live
        self.totals = totals
        self.watch = watch
        let archives = RunArchives(
            state: configuration.state, database: store.name, configuration.archive, history: history, clock: clock,
            clockGuard: clockGuard)
        self.archives = archives
        let restores = RestoreJob(store: store, archives: archives, history: history, clock: clock, logger: logger)
        self.restores = restores
        restoreRuns = RestoreRuns(restores)
        coordinator = RunCoordinator(
            store: store, history: history, policy: configuration.sweep, clock: clock, logger: logger, live: live,
            health: health, clockGuard: clockGuard, archives: archives,
            stateRoom: { [directory = configuration.state] in StoreFactory.room(in: directory) }
        ) {
            await watch.look()
        }
    }
}
