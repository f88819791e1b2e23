import Logging
import Scheduling
import Sweeping

/// The schedule's loop, tied to the coordinator that makes its runs.
enum ScheduledRuns {
    /// - Parameter lastStart: when the schedule last started a run; nil on a fresh start.
    static func loop(_ parts: SidecarParts, lastStart: Timestamp?) -> ScheduleLoop {
        let history = parts.history
        let logger = parts.logger
        let coordinator = parts.coordinator
        let totals = parts.totals
        let health = parts.health
        return ScheduleLoop(
            clock: SystemClock(), policy: parts.configuration.schedule,
            lastStart: lastStart,
            onDue: { due in
                let trigger: Trigger = due == .startup ? .startup : .schedule
                // A refusal is logged and counted where it happens; the next due time holds.
                _ = try? await coordinator.start(trigger).report.value
                await totals.refresh()
            },
            onMisfire: { count in
                logger.warning(
                    "due times were missed and are skipped", metadata: ["misfires": .stringConvertible(count)])
                await history.noteSkipped(.misfire, count: count)
                await totals.refresh()
            },
            onTurn: { turn in
                switch turn {
                case .waits: health.scheduleTurned(isBusy: false)
                case .isBusy: health.scheduleTurned(isBusy: true)
                case .ends: health.scheduleEnded()
                }
            })
    }
}
