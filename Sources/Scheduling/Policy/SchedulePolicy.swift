import CivilTime

/// When runs are due, and what becomes of due times that were missed.
package struct SchedulePolicy: Hashable, Sendable {
    package static let defaultEvery: Duration = .seconds(30 * 60)
    package static let defaultFirstRunAfter: Duration = .seconds(60)
    package static let defaultMisfireGrace: Duration = .seconds(5 * 60)
    package static let defaultJitter: Duration = .zero
    package static let defaultCatchUp = true
    /// The shortest interval that makes sense; cron's is a minute.
    package static let shortestEvery: Duration = .seconds(1)
    /// What a run may be late by and still be on time: timers and busy machines need that much, whatever the grace.
    package static let onTime: Duration = .seconds(1)

    package let schedule: Schedule
    /// From the start to the first run, where no earlier run is remembered or one is overdue: a scrape comes first.
    package let firstRunAfter: Duration
    /// A due time that was missed by no more than this runs late, once; what was missed by more is skipped.
    package let misfireGrace: Duration
    /// Each due time moves by a random time between zero and this; the series itself stays.
    package let jitter: Duration
    /// Whether a due time that passed while the sidecar was down or the machine suspended is made up for, once, however late.
    package let catchUp: Bool

    /// - Throws: `SchedulePolicyError` for an interval below a second, a negative time, or a jitter longer than the shortest
    ///   time between two due times, which would swallow some.
    package init(
        schedule: Schedule = .every(defaultEvery),
        firstRunAfter: Duration = defaultFirstRunAfter,
        misfireGrace: Duration = defaultMisfireGrace,
        jitter: Duration = defaultJitter,
        catchUp: Bool = defaultCatchUp
    ) throws(SchedulePolicyError) {
        if case .every(let every) = schedule, every < SchedulePolicy.shortestEvery {
            throw SchedulePolicyError(
                setting: "every",
                problem: "\(every.prometheusText) is shorter than \(SchedulePolicy.shortestEvery.prometheusText)")
        }
        for (setting, value) in [
            ("first_run_after", firstRunAfter), ("misfire_grace", misfireGrace), ("jitter", jitter),
        ] where value < .zero {
            throw SchedulePolicyError(setting: setting, problem: "\(value.prometheusText) is negative")
        }
        guard jitter <= schedule.shortestGap else {
            let gap = schedule.shortestGap.prometheusText
            throw SchedulePolicyError(
                setting: "jitter",
                problem: "\(jitter.prometheusText) is longer than the shortest time between two runs, \(gap)")
        }
        self.schedule = schedule
        self.firstRunAfter = firstRunAfter
        self.misfireGrace = misfireGrace
        self.jitter = jitter
        self.catchUp = catchUp
    }

    /// The longest time between two due times in seconds: `jobsweep_schedule_interval_seconds`.
    package var interval: Double {
        Double(schedule.longestGap.components.seconds) + Double(schedule.longestGap.components.attoseconds) / 1e18
    }
}

/// A setting of the schedule that can't be kept.
package struct SchedulePolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The setting's name in the configuration's `schedule` section.
    package let setting: String
    /// What was wrong, and what is allowed.
    package let problem: String

    package var description: String { "\(setting): \(problem)" }
}
