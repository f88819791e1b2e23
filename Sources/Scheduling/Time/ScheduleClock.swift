/// Where a schedule takes its time from; tests inject their own.
package protocol ScheduleClock: Sendable {
    /// The wall clock, which people and time servers set forward and back.
    func wallTime() -> WallTime

    /// The time since the machine booted, suspensions included (`CLOCK_BOOTTIME`). Nobody sets it, and it never goes back.
    func sinceBoot() -> Duration

    /// Returns once `sinceBoot` has reached `deadline`, or as soon as the task is cancelled. It may return earlier: whoever
    /// waits looks at the clock again.
    func wait(until deadline: Duration) async
}

extension ScheduleClock {
    /// Both clocks now.
    package var reading: ClockReading {
        ClockReading(wall: wallTime(), sinceBoot: sinceBoot())
    }
}

/// Both clocks at one moment.
package struct ClockReading: Hashable, Sendable {
    package var wall: WallTime
    /// The time since the machine booted, suspensions included.
    package var sinceBoot: Duration

    package init(wall: WallTime, sinceBoot: Duration) {
        self.wall = wall
        self.sinceBoot = sinceBoot
    }
}
