import Scheduling
import Sweeping

extension SystemClock: ScheduleClock {
    package func wallTime() -> WallTime {
        WallTime(microseconds: now().microseconds)
    }

    package func sinceBoot() -> Duration {
        uptime()
    }

    package func wait(until deadline: Duration) async {
        await sleep(for: max(deadline - uptime(), .zero))
    }
}
