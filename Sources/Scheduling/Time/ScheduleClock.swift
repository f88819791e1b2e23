import CivilTime

/// Where a schedule takes its time from; tests inject their own.
package protocol ScheduleClock: Sendable {
    /// The wall clock, which people and time servers set forward and back.
    func wallTime() -> Timestamp

    /// The time since the machine booted, suspensions included (`CLOCK_BOOTTIME`). Nobody sets it, and it never goes back.
    func sinceBoot() -> Duration

    /// The same without suspensions (`CLOCK_MONOTONIC`): what `sinceBoot` is ahead of it, the machine has slept.
    func awake() -> Duration

    /// Returns once `sinceBoot` has reached `deadline`, or as soon as the task is cancelled. It may return earlier: whoever
    /// waits looks at the clock again.
    func wait(until deadline: Duration) async
}

extension ScheduleClock {
    /// All clocks now.
    package var reading: ClockReading {
        ClockReading(wall: wallTime(), sinceBoot: sinceBoot(), awake: awake())
    }
}

/// The clocks at one moment.
package struct ClockReading: Hashable, Sendable {
    package var wall: Timestamp
    /// The time since the machine booted, suspensions included.
    package var sinceBoot: Duration
    /// The same without them.
    package var awake: Duration

    /// - Parameter awake: nil where no suspension is known of.
    package init(wall: Timestamp, sinceBoot: Duration, awake: Duration? = nil) {
        self.wall = wall
        self.sinceBoot = sinceBoot
        self.awake = awake ?? sinceBoot
    }

    /// How long the machine has been suspended since it booted.
    var suspended: Duration { sinceBoot - awake }
}
