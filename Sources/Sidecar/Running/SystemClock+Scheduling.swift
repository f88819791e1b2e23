import Scheduling
import Sweeping

extension SystemClock: ScheduleClock {
    package func wallTime() -> Timestamp { now() }

    package func sinceBoot() -> Duration {
        uptime()
    }

    package func wait(until deadline: Duration) async {
        await sleep(for: max(deadline - uptime(), .zero))
    }
}
