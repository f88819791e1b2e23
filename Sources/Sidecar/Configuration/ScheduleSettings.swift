import Scheduling
import Sweeping

/// The schedule's settings while they are being read: one at a time, which `SchedulePolicy` can't be built from.
struct ScheduleSettings: Sendable, Equatable {
    private(set) var timing = Schedule.every(SchedulePolicy.defaultEvery)
    var firstRunAfter = SchedulePolicy.defaultFirstRunAfter
    var misfireGrace = SchedulePolicy.defaultMisfireGrace
    var jitter = SchedulePolicy.defaultJitter
    var catchUp = SchedulePolicy.defaultCatchUp

    /// The interval where that is what holds; setting it takes the place of a cron expression.
    var every: Duration? {
        get { if case .every(let interval) = timing { interval } else { nil } }
        set { if let newValue { timing = .every(newValue) } }
    }

    /// The cron expression where that is what holds; setting it takes the place of an interval.
    var cron: CronExpression? {
        get { if case .cron(let expression) = timing { expression } else { nil } }
        set { if let newValue { timing = .cron(newValue) } }
    }

    /// What they mean together.
    func policy() throws(SchedulePolicyError) -> SchedulePolicy {
        try SchedulePolicy(
            schedule: timing, firstRunAfter: firstRunAfter, misfireGrace: misfireGrace, jitter: jitter, catchUp: catchUp
        )
    }
}

extension ValueKind where Value == CronExpression {
    static let cron = ValueKind(wants: "a cron expression such as \"0 3 * * *\"") { scalar, _ throws(ValueProblem) in
        do throws(CronError) {
            return try CronExpression(parsing: scalar.text)
        } catch {
            throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is not a cron expression: \(error)")
        }
    } text: {
        YAMLText.quoted($0.text)
    }
}
