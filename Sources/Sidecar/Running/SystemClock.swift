import Glibc
import Sweeping

/// The machine's own clocks.
package struct SystemClock: SweepClock {
    package init() {}

    package func now() -> Timestamp {
        let time = reading(CLOCK_REALTIME)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package func uptime() -> Duration {
        let time = reading(CLOCK_BOOTTIME)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The time since the machine booted, without suspensions.
    package func awake() -> Duration {
        let time = reading(CLOCK_MONOTONIC)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package func sleep(for pause: Duration) async {
        // Being cancelled only ends the sleep: what to do then is the sleeper's decision.
        try? await Task.sleep(for: pause)
    }

    private func reading(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
