import Sweeping
import Synchronization

/// Keeps the totals at hand for scrapes, what other processes (`jobsweep run`) added included.
package final class TotalsWatch: Sendable {
    /// How soon another process's run shows.
    static let interval: Duration = .milliseconds(500)

    private let history: any RunHistory
    private let clock: any SweepClock
    private let totals = Mutex(RunTotals())

    package init(history: any RunHistory, clock: any SweepClock) {
        self.history = history
        self.clock = clock
    }

    package var current: RunTotals { totals.withLock { $0 } }

    package func refresh() async {
        let fresh = await history.totals()
        totals.withLock { $0 = fresh }
    }

    /// Refreshes until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await refresh()
            await clock.sleep(for: TotalsWatch.interval)
        }
    }
}
