import Logging
import Scheduling
import Sweeping
import Synchronization

/// The configuration in force, and how it is replaced while the sidecar runs.
package final class LiveConfiguration: Sendable {
    /// Reads the configuration from all its sources.
    package typealias Load = @Sendable () throws(ConfigurationError) -> Configuration

    /// A configuration that isn't in force.
    struct Refusal: Sendable, Equatable {
        let at: Timestamp
        let problems: [String]
    }

    private struct State {
        var configuration: Configuration
        var reload: MetricsSnapshot.ReloadState
        /// Why the last reload was refused; nil where it wasn't.
        var refusal: Refusal?
        /// What follows from the configuration and is asked for often.
        var catalogue: [OperationFacts]
        var metrics: OperationMetrics

        init(_ configuration: Configuration, _ reload: MetricsSnapshot.ReloadState) {
            self.configuration = configuration
            self.reload = reload
            catalogue = configuration.sweep.catalogue
            metrics = OperationMetrics(configuration.sweep)
        }
    }

    private let state: Mutex<State>
    private let load: Load
    private let parts: SidecarParts
    private let schedule: ScheduleLoop
    /// Loads the web configuration anew; its problems as sentences.
    private let reloadWeb: @Sendable () -> [String]

    init(
        _ parts: SidecarParts, schedule: ScheduleLoop, load: @escaping Load,
        reloadWeb: @escaping @Sendable () -> [String]
    ) {
        self.parts = parts
        self.schedule = schedule
        self.load = load
        self.reloadWeb = reloadWeb
        var reload = MetricsSnapshot.ReloadState()
        reload.lastSuccess = parts.clock.now().unixSeconds
        state = Mutex(State(parts.configuration, reload))
    }

    package var current: Configuration { state.withLock { $0.configuration } }
    /// Every operation, in run order.
    package var catalogue: [OperationFacts] { state.withLock { $0.catalogue } }
    /// Why the last reload was refused; nil where it wasn't.
    var refusal: Refusal? { state.withLock { $0.refusal } }
    /// When the configuration in force was loaded.
    var loaded: Timestamp { Timestamp(unixSeconds: state.withLock { $0.reload.lastSuccess }) }

    /// What the metrics show of the configuration in force, all of one moment.
    func show(in snapshot: inout MetricsSnapshot) {
        state.withLock { state in
            snapshot.operations = state.metrics
            snapshot.interval = state.configuration.schedule.interval
            snapshot.reload = state.reload
        }
    }

    /// Loads everything anew. A mistake anywhere leaves all as it was; else all that can be applied is, for the runs that start from
    /// now on.
    package func reload() async -> ReloadOutcome {
        let fresh: Configuration
        do throws(ConfigurationError) {
            fresh = try load()
        } catch {
            return refuse(error.problems.map(\.description))
        }
        let before = current
        let losses = fresh.losses(since: before)
        guard losses.isEmpty else { return refuse(losses) }
        let webProblems = reloadWeb()
        guard webProblems.isEmpty else { return refuse(webProblems) }
        let changes = fresh.changes(from: before)
        let applied = before.reloaded(with: fresh)
        parts.logLevel.value = applied.log.level
        schedule.update(policy: applied.schedule)
        await parts.coordinator.apply(applied.sweep)
        parts.archives.apply(applied.archive)
        // Last: whoever sees that it succeeded finds everything in force.
        var reload = MetricsSnapshot.ReloadState()
        reload.lastSuccess = parts.clock.now().unixSeconds
        state.withLock { [reload] in $0 = State(applied, reload) }
        for change in changes {
            parts.logger.notice(
                change.needsRestart ? "a changed setting needs a restart" : "a setting has changed",
                metadata: ["setting": "\(change.path)", "change": "\(change)"])
        }
        for shorter in applied.sweep.shorterRetentions(since: before.sweep) {
            parts.logger.warning(
                "a shorter retention is in force: the next run deletes more",
                metadata: ["operation": "\(shorter.operation.rawValue)", "what": "\(shorter)"])
        }
        parts.logger.notice("the configuration was reloaded", metadata: ["changes": .stringConvertible(changes.count)])
        return .applied(needRestart: changes.filter(\.needsRestart).map(\.path))
    }

    private func refuse(_ problems: [String]) -> ReloadOutcome {
        let now = parts.clock.now()
        state.withLock { state in
            state.reload.succeeded = false
            state.refusal = Refusal(at: now, problems: problems)
        }
        for problem in problems {
            parts.logger.error("the configuration was not reloaded", metadata: ["error": "\(problem)"])
        }
        return .refused(problems)
    }
}
